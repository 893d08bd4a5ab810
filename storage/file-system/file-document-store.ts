import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DocumentRef } from '@signering/contract';
import type { DocumentStore } from '../document-store.js';
import { DocumentMissingError, StoredContentDamagedError } from '../errors.js';
import { syncFolder } from './durable-folder.js';
import { hasSystemCode, onDisk } from './file-system-error.js';
import { publishIfAbsent, publishInPlaceOf, writeTemporary } from './temporary-file.js';

/**
 * Stores documents as `{first two digits}/{sha256}`. The name is derived from the content, so files are never
 * overwritten.
 */
export class FileDocumentStore implements DocumentStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async put(
    content: Uint8Array,
    { name, mediaType }: Pick<DocumentRef, 'name' | 'mediaType'>,
  ): Promise<DocumentRef> {
    const sha256 = digestOf(content);
    await onDisk('keep a document', async () => {
      const { folder, path } = this.#place(sha256);
      if (await this.#holds(sha256)) {
        // The process that wrote it may have been killed before it synced the name.
        await syncFolder(folder);
        return;
      }
      const write = () => writeTemporary(folder, (handle) => handle.writeFile(content));
      if (await publishIfAbsent(await write(), path)) return;
      // The name is taken by a concurrent writer or by a damaged file, which this write repairs.
      if (!(await this.#holds(sha256))) await publishInPlaceOf(await write(), path);
    });
    return { sha256, size: content.byteLength, name, mediaType };
  }

  async read({ sha256, size }: Pick<DocumentRef, 'sha256' | 'size'>): Promise<Uint8Array> {
    const what = `document with the digest ${sha256}`;
    const content = await onDisk('read a document', () => this.#content(sha256));
    if (content === undefined) throw new DocumentMissingError(what);
    if (content.byteLength !== size || digestOf(content) !== sha256) {
      throw new StoredContentDamagedError(
        `the ${what}`,
        `was ${size} bytes long and now has ${content.byteLength} bytes with another digest or size`,
      );
    }
    return content;
  }

  async #holds(sha256: string): Promise<boolean> {
    const content = await this.#content(sha256);
    return content !== undefined && digestOf(content) === sha256;
  }

  async #content(sha256: string): Promise<Uint8Array | undefined> {
    // The digest comes from a workflow's history: validate it before it becomes part of a path.
    if (!/^[0-9a-f]{64}$/u.test(sha256)) return undefined;
    try {
      return await readFile(this.#place(sha256).path);
    } catch (error) {
      if (hasSystemCode(error, 'ENOENT')) return undefined;
      throw error;
    }
  }

  #place(sha256: string): { readonly folder: string; readonly path: string } {
    const folder = join(this.#folder, sha256.slice(0, 2));
    return { folder, path: join(folder, sha256) };
  }
}

function digestOf(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
