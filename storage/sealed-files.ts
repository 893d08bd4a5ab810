import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { storedFileKeyId, type FileCipher, type FilePlace } from '@signering/encryption';
import { StoredContentDamagedError } from './errors.js';
import type { FileDigest } from './file-digest.js';
import { onDisk } from './file-system/file-system-error.js';
import type { ListedFile, StoredFiles, WriteOptions } from './stored-files.js';

/** The argument of {@link SealedFiles}. */
export interface SealedFilesOptions {
  readonly files: StoredFiles;
  readonly cipher: FileCipher;
  /** The folder of `files` in the storage, such as `archive`. */
  readonly area: string;
}

/** A receipt, also of an erased job, holds no personal data: it stays readable without a key, and retention keeps it. */
export function isReceipt(path: string): boolean {
  return path.endsWith('/receipt.json') || path.endsWith('/receipt-erased.json');
}

/** How a cipher names a stored file, by its path from the storage's root. */
export function placeOfFile(path: string): FilePlace {
  return { path, damaged: (found) => new StoredContentDamagedError(`the encrypted file ${path}`, found) };
}

/**
 * Files whose content may be encrypted. Contents, digests and sizes here are those of the plain content; clear files
 * are read as such with any setting.
 */
export class SealedFiles implements StoredFiles {
  readonly #options: SealedFilesOptions;

  constructor(options: SealedFilesOptions) {
    this.#options = options;
  }

  get location(): string {
    return this.#files.location;
  }

  get receiving(): string {
    return this.#files.receiving;
  }

  async read(path: string, attempt: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const stored = await this.#files.read(path, attempt);
    return stored === undefined ? undefined : this.open(path, stored);
  }

  async readInChunks(path: string, attempt: string): Promise<Readable | undefined> {
    const stored = await this.#files.readInChunks(path, attempt);
    if (stored === undefined) return undefined;
    const plain = Readable.from(this.#options.cipher.openChunks(this.#placeOf(path), stored), {
      objectMode: false,
    });
    // The generator reports it; without a listener, an error before the first read would end the process.
    stored.on('error', () => undefined);
    // A generator that was never read does not end its source.
    return plain.once('close', () => stored.destroy());
  }

  /** Digest and size of the whole content. @throws KEY_MISMATCH, STORED_CONTENT_DAMAGED, STORAGE_UNAVAILABLE (retryable) */
  async digest(path: string, attempt: string): Promise<FileDigest | undefined> {
    const content = await this.readInChunks(path, attempt);
    if (content === undefined) return undefined;
    const hash = createHash('sha256');
    let size = 0;
    await onDisk(attempt, async () => {
      for await (const chunk of content as AsyncIterable<Uint8Array>) {
        hash.update(chunk);
        size += chunk.byteLength;
      }
    });
    return { sha256: hash.digest('hex'), size };
  }

  writeIfAbsent(path: string, content: Uint8Array | string, options: WriteOptions): Promise<boolean> {
    return this.#files.writeIfAbsent(path, this.#seal(path, content), options);
  }

  replace(path: string, content: Uint8Array, options: WriteOptions): Promise<void> {
    return this.#files.replace(path, this.#seal(path, content), options);
  }

  /** A process that encrypts replaces a clear file. An encrypted one stays under its key, which every reader has. */
  async renew(path: string, content: Uint8Array, options: WriteOptions): Promise<void> {
    const sealed = this.#seal(path, content);
    if (await this.#isEncrypted(path, options.attempt)) {
      const stored = await this.#files.read(path, options.attempt);
      return this.#files.renew(path, stored ?? sealed, options);
    }
    return storedFileKeyId(sealed) === undefined
      ? this.#files.renew(path, sealed, options)
      : this.#files.replace(path, sealed, options);
  }

  /** The size is that of the stored bytes. */
  stat(path: string, attempt: string): Promise<ListedFile | undefined> {
    return this.#files.stat(path, attempt);
  }

  remove(path: string, attempt: string): Promise<void> {
    return this.#files.remove(path, attempt);
  }

  erase(path: string, attempt: string): Promise<string | undefined> {
    return this.#files.erase(path, attempt);
  }

  ensureDurable(path: string, attempt: string): Promise<void> {
    return this.#files.ensureDurable(path, attempt);
  }

  hasFiles(folder: string, attempt: string): Promise<boolean> {
    return this.#files.hasFiles(folder, attempt);
  }

  /** The sizes are those of the stored bytes. */
  list(folder: string, attempt: string): AsyncIterable<ListedFile> {
    return this.#files.list(folder, attempt);
  }

  listErasable(folder: string, attempt: string): AsyncIterable<string> {
    return this.#files.listErasable(folder, attempt);
  }

  folders(folder: string, attempt: string): AsyncIterable<string> {
    return this.#files.folders(folder, attempt);
  }

  workingFolder(path: string): Promise<string> {
    return this.#files.workingFolder(path);
  }

  publish(temporary: string, path: string, content: () => Uint8Array): Promise<boolean> {
    return this.#files.publish(temporary, path, () => this.#seal(path, content()));
  }

  /** The bytes of a temporary file that {@link publish} gives this path. */
  sealChunks(path: string, content: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    return this.#options.cipher.sealChunks(this.#placeOf(path), content);
  }

  /** The content of a temporary file that {@link publish} gives this path. */
  open(path: string, stored: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    return this.#options.cipher.open(this.#placeOf(path), stored);
  }

  get #files(): StoredFiles {
    return this.#options.files;
  }

  /** Reads the first chunk only. */
  async #isEncrypted(path: string, attempt: string): Promise<boolean> {
    const stored = await this.#files.readInChunks(path, attempt);
    return onDisk(attempt, async () => {
      for await (const chunk of (stored ?? []) as AsyncIterable<Uint8Array>)
        return storedFileKeyId(chunk) !== undefined;
      return false;
    });
  }

  #seal(path: string, content: Uint8Array | string): Uint8Array {
    const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
    return isReceipt(path) ? bytes : this.#options.cipher.seal(this.#placeOf(path), bytes);
  }

  #placeOf(path: string): FilePlace {
    return placeOfFile(`${this.#options.area}/${path}`);
  }
}
