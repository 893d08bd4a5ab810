import type { DocumentRef } from '@signering/contract';
import type { DocumentStore, StoredDocument } from './document-store.js';
import { DocumentMissingError, StoredContentDamagedError } from './errors.js';
import { digestOfBytes } from './file-digest.js';
import type { SealedFiles } from './sealed-files.js';

const KEEP = 'keep a document';
const REMOVE = 'remove a document';
const DIGEST = /^[0-9a-f]{64}$/u;

/**
 * Stores documents as `{first two digits}/{sha256}`. The name is derived from the content, so files are never
 * overwritten with other content.
 */
export class StoredDocuments implements DocumentStore {
  readonly #files: SealedFiles;

  constructor(files: SealedFiles) {
    this.#files = files;
  }

  async put(
    content: Uint8Array,
    { name, mediaType }: Pick<DocumentRef, 'name' | 'mediaType'>,
  ): Promise<DocumentRef> {
    const { sha256, size } = digestOfBytes(content);
    const path = pathOfDocument(sha256);
    const kept = await this.#kept(sha256);
    if (kept === 'DAMAGED') await this.#files.replace(path, content, { attempt: KEEP });
    else if (kept === 'WHOLE' || !(await this.#files.writeIfAbsent(path, content, { attempt: KEEP })))
      // Also that of a concurrent writer.
      await this.#files.renew(path, content, { attempt: KEEP });
    return { sha256, size, name, mediaType };
  }

  async read({ sha256, size }: Pick<DocumentRef, 'sha256' | 'size'>): Promise<Uint8Array> {
    const what = `document with the digest ${sha256}`;
    // The digest comes from a workflow's history: validate it before it becomes part of a path.
    const isDigest = DIGEST.test(sha256);
    const content = isDigest ? await this.#files.read(pathOfDocument(sha256), 'read a document') : undefined;
    if (content === undefined) throw new DocumentMissingError(what, this.#files.location);
    if (content.byteLength !== size || digestOfBytes(content).sha256 !== sha256) {
      throw new StoredContentDamagedError(
        `the ${what}`,
        `was ${size} bytes long and now has ${content.byteLength} bytes with another digest or size`,
      );
    }
    return content;
  }

  async has({ sha256 }: Pick<DocumentRef, 'sha256'>): Promise<boolean> {
    return (await this.#files.stat(pathOfDocument(sha256), 'look for a document')) !== undefined;
  }

  async *list(): AsyncGenerator<StoredDocument> {
    for await (const { path, size, modifiedMs } of this.#files.list('', 'list documents')) {
      const sha256 = path.slice(path.indexOf('/') + 1);
      if (!DIGEST.test(sha256) || path !== pathOfDocument(sha256)) continue;
      yield { sha256, size, putAt: new Date(modifiedMs).toISOString() };
    }
  }

  async removeUnused({ sha256 }: Pick<DocumentRef, 'sha256'>, putBefore: string): Promise<boolean> {
    const path = pathOfDocument(sha256);
    const found = await this.#files.stat(path, REMOVE);
    if (found === undefined || found.modifiedMs >= Date.parse(putBefore)) return false;
    await this.#files.remove(path, REMOVE);
    return true;
  }

  async #kept(sha256: string): Promise<'ABSENT' | 'DAMAGED' | 'WHOLE'> {
    try {
      const found = await this.#files.digest(pathOfDocument(sha256), KEEP);
      if (found === undefined) return 'ABSENT';
      return found.sha256 === sha256 ? 'WHOLE' : 'DAMAGED';
    } catch (error) {
      // Of an encrypted file that was changed.
      if (error instanceof StoredContentDamagedError) return 'DAMAGED';
      throw error;
    }
  }
}

/** The path of a document in its area. */
export function pathOfDocument(sha256: string): string {
  return `${sha256.slice(0, 2)}/${sha256}`;
}
