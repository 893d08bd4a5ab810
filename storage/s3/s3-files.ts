import type { Readable } from 'node:stream';
import { discardTemporary } from '../file-system/temporary-file.js';
import type { ListedFile, StoredFiles, WriteOptions } from '../stored-files.js';
import type { S3Bucket } from './s3-bucket.js';
import { S3Writes } from './s3-writes.js';
import { workingFolder } from './working-folder.js';

/** Files as the objects below a folder of a bucket. */
export class S3Files implements StoredFiles {
  readonly receiving = 'keep a download in its working folder (TMPDIR)';
  readonly location: string;
  readonly #bucket: S3Bucket;
  readonly #writes: S3Writes;
  readonly #folder: string;
  readonly #locked: boolean;

  /** @param folder ends with `/`, or is empty @param options `locked`: the retention of the settings applies */
  constructor(bucket: S3Bucket, folder: string, { locked = false } = {}) {
    const { Bucket, Key } = bucket.place(folder);
    this.location = `s3://${Bucket}/${Key}`.replace(/\/$/u, '');
    this.#bucket = bucket;
    this.#writes = new S3Writes(bucket);
    this.#folder = folder;
    this.#locked = locked;
  }

  read(path: string, attempt: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return this.#bucket.get(this.#pathOf(path), attempt);
  }

  readInChunks(path: string, attempt: string): Promise<Readable | undefined> {
    return this.#bucket.stream(this.#pathOf(path), attempt);
  }

  writeIfAbsent(path: string, content: Uint8Array | string, options: WriteOptions): Promise<boolean> {
    const locked = this.#locked && options.erasable !== true;
    return this.#writes.create(this.#pathOf(path), content, { ...options, locked });
  }

  replace(path: string, content: Uint8Array, options: WriteOptions): Promise<void> {
    return this.#writes.replace(this.#pathOf(path), content, options);
  }

  /** Writes it again: a copy onto itself would need the same checks of its encryption. */
  renew(path: string, content: Uint8Array, options: WriteOptions): Promise<void> {
    return this.replace(path, content, options);
  }

  async stat(path: string, attempt: string): Promise<ListedFile | undefined> {
    const found = await this.#bucket.stat(this.#pathOf(path), attempt);
    return found === undefined ? undefined : { ...found, path };
  }

  remove(path: string, attempt: string): Promise<void> {
    return this.#bucket.delete(this.#pathOf(path), attempt);
  }

  erase(path: string, attempt: string): Promise<string | undefined> {
    return this.#bucket.erase(this.#pathOf(path), attempt);
  }

  async *listErasable(folder: string, attempt: string): AsyncGenerator<string> {
    for await (const path of this.#bucket.versionedPaths(this.#pathOf(`${folder}/`), attempt)) {
      yield path.slice(this.#folder.length);
    }
  }

  /** S3 answers a write when it is durable. */
  ensureDurable(): Promise<void> {
    return Promise.resolve();
  }

  async hasFiles(folder: string, attempt: string): Promise<boolean> {
    for await (const _ of this.#bucket.list(this.#pathOf(`${folder}/`), attempt)) return true;
    return false;
  }

  async *list(folder: string, attempt: string): AsyncGenerator<ListedFile> {
    const start = folder === '' ? this.#folder : this.#pathOf(`${folder}/`);
    for await (const object of this.#bucket.list(start, attempt)) {
      yield { ...object, path: object.path.slice(this.#folder.length) };
    }
  }

  folders(folder: string, attempt: string): AsyncIterable<string> {
    return this.#bucket.folders(folder === '' ? this.#folder : this.#pathOf(`${folder}/`), attempt);
  }

  workingFolder(): Promise<string> {
    return workingFolder();
  }

  async publish(temporary: string, path: string, content: () => Uint8Array): Promise<boolean> {
    try {
      return await this.writeIfAbsent(path, content(), { attempt: 'archive a document' });
    } finally {
      await discardTemporary(temporary);
    }
  }

  #pathOf(path: string): string {
    return `${this.#folder}${path}`;
  }
}
