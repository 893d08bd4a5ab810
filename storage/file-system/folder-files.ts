import { open, readdir, readFile, stat, unlink, utimes } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import type { Readable } from 'node:stream';
import type { ListedFile, StoredFiles, WriteOptions } from '../stored-files.js';
import { syncFolder } from './durable-folder.js';
import { hasSystemCode, onDisk } from './file-system-error.js';
import { publishIfAbsent, publishInPlaceOf, writeTemporary } from './temporary-file.js';

/** Files in a folder, read-only and for their owner only. */
export class FolderFiles implements StoredFiles {
  readonly receiving = 'archive a document';
  readonly location: string;

  /** @param root the folder */
  constructor(root: string) {
    this.location = root;
  }

  read(path: string, attempt: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return this.#ifThere(attempt, () => readFile(this.#pathOf(path)));
  }

  readInChunks(path: string, attempt: string): Promise<Readable | undefined> {
    return this.#ifThere(attempt, async () => (await open(this.#pathOf(path))).createReadStream());
  }

  writeIfAbsent(path: string, content: Uint8Array | string, { attempt }: WriteOptions): Promise<boolean> {
    return onDisk(attempt, async () =>
      publishIfAbsent(await this.#temporary(path, content), this.#pathOf(path)),
    );
  }

  replace(path: string, content: Uint8Array, { attempt }: WriteOptions): Promise<void> {
    return onDisk(attempt, async () =>
      publishInPlaceOf(await this.#temporary(path, content), this.#pathOf(path)),
    );
  }

  async renew(path: string, content: Uint8Array, options: WriteOptions): Promise<void> {
    const isThere = await this.#ifThere(options.attempt, async () => {
      const now = new Date();
      await utimes(this.#pathOf(path), now, now);
      return true;
    });
    if (isThere !== true) await this.writeIfAbsent(path, content, options);
    // The process that wrote it may have been killed before it synced the name.
    else await this.ensureDurable(path, options.attempt);
  }

  stat(path: string, attempt: string): Promise<ListedFile | undefined> {
    return this.#ifThere(attempt, async () => {
      const { size, mtimeMs } = await stat(this.#pathOf(path));
      return { path, size, modifiedMs: mtimeMs };
    });
  }

  async remove(path: string, attempt: string): Promise<void> {
    await this.#ifThere(attempt, async () => {
      await unlink(this.#pathOf(path));
      await syncFolder(dirname(this.#pathOf(path)));
    });
  }

  async erase(path: string, attempt: string): Promise<undefined> {
    await this.remove(path, attempt);
  }

  ensureDurable(path: string, attempt: string): Promise<void> {
    return onDisk(attempt, () => syncFolder(dirname(this.#pathOf(path))));
  }

  async hasFiles(folder: string, attempt: string): Promise<boolean> {
    const names = await this.#ifThere(attempt, () => readdir(this.#pathOf(folder)));
    // Temporary files of killed processes begin with a dot.
    return names?.some((name) => !name.startsWith('.')) ?? false;
  }

  async *listErasable(folder: string, attempt: string): AsyncGenerator<string> {
    for await (const { path } of this.#listAll(folder, attempt)) yield path;
  }

  async *list(folder: string, attempt: string): AsyncGenerator<ListedFile> {
    for await (const file of this.#listAll(folder, attempt)) {
      // Temporary files begin with a dot.
      if (!basename(file.path).startsWith('.')) yield file;
    }
  }

  async *#listAll(folder: string, attempt: string): AsyncGenerator<ListedFile> {
    const folders = [this.#pathOf(folder)];
    for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
      const inside = next;
      const entries = await this.#ifThere(attempt, () => readdir(inside, { withFileTypes: true }));
      for (const entry of entries ?? []) {
        const path = join(inside, entry.name);
        if (entry.isDirectory()) folders.push(path);
        const found = entry.isFile() ? await this.#ifThere(attempt, () => stat(path)) : undefined;
        if (found === undefined) continue;
        const relativePath = relative(this.location, path).split(sep).join('/');
        yield { path: relativePath, size: found.size, modifiedMs: found.mtimeMs };
      }
    }
  }

  async *folders(folder: string, attempt: string): AsyncGenerator<string> {
    const entries = await this.#ifThere(attempt, () =>
      readdir(this.#pathOf(folder), { withFileTypes: true }),
    );
    for (const entry of entries ?? []) if (entry.isDirectory()) yield entry.name;
  }

  workingFolder(path: string): Promise<string> {
    return Promise.resolve(dirname(this.#pathOf(path)));
  }

  publish(temporary: string, path: string): Promise<boolean> {
    return onDisk('archive a document', () => publishIfAbsent(temporary, this.#pathOf(path)));
  }

  #temporary(path: string, content: Uint8Array | string): Promise<string> {
    return writeTemporary(dirname(this.#pathOf(path)), { fill: (handle) => handle.writeFile(content) });
  }

  #ifThere<T>(attempt: string, work: () => Promise<T>): Promise<T | undefined> {
    return onDisk(attempt, async () => {
      try {
        return await work();
      } catch (error) {
        if (hasSystemCode(error, 'ENOENT')) return undefined;
        throw error;
      }
    });
  }

  #pathOf(path: string): string {
    return join(this.location, ...path.split('/'));
  }
}
