import { createHash } from 'node:crypto';
import { readFile, unlink, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { isDeepStrictEqual } from 'node:util';
import { ArchiveConflictError, DocumentMissingError, StoredContentDamagedError } from '../errors.js';
import {
  describeSameJob,
  formatMetadata,
  METADATA_FILE,
  parseMetadata,
  type ArchivedMetadata,
} from '../metadata-file.js';
import { factsOf, type Receipt } from '../receipt.js';
import { formatReceipt, parseReceipt } from '../receipt-file.js';
import type {
  ArchivedFile,
  ArchivedJob,
  PutOptions,
  SignedDocumentArchive,
} from '../signed-document-archive.js';
import { syncFolder } from './durable-folder.js';
import { digestOfBytes, digestOfFile, type FileDigest } from './file-digest.js';
import { hasSystemCode, onDisk } from './file-system-error.js';
import { folderOfJob } from './job-folder.js';
import { encodePathName } from './path-name.js';
import { discardTemporary, publishIfAbsent, writeTemporary } from './temporary-file.js';

const RECEIPT = 'receipt.json';

/** Size limit, in bytes, above which files are verified one at a time, because each is held in memory. */
const LARGE_BYTES = 32 * 1024 ** 2;

/** Stores signed documents as read-only files, in one folder per job. */
export class FileSignedDocumentArchive implements SignedDocumentArchive {
  readonly #root: string;
  /** Settles when all large files so far are verified. */
  #largeVerified: Promise<unknown> = Promise.resolve();

  constructor(root: string) {
    this.#root = root;
  }

  async put<T>({ job, name, content, verify }: PutOptions<T>): Promise<{ file: ArchivedFile; verified: T }> {
    const path = this.#pathOf(job, name);
    const { temporary, sha256, size } = await this.#receive(job, content);
    const file: ArchivedFile = { name, sha256, size };
    const verified = await this.#inTurn(size, async () => {
      try {
        const readBack = await onDisk('read an archived document back', () => readFile(temporary));
        this.#compare(job, file, digestOfBytes(readBack));
        return await verify(readBack);
      } catch (error) {
        await discardTemporary(temporary);
        throw error;
      }
    });
    const written = await onDisk('archive a document', () => publishIfAbsent(temporary, path));
    if (!written && (await this.find(job, name))?.sha256 !== sha256) {
      throw new ArchiveConflictError(this.folderOf(job), name, job.signatureJobId);
    }
    return { file, verified };
  }

  async find(job: ArchivedJob, name: string): Promise<ArchivedFile | undefined> {
    const digest = await this.#ifThere(() => digestOfFile(this.#pathOf(job, name)));
    return digest === undefined ? undefined : { name, ...digest };
  }

  read(job: ArchivedJob, name: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return this.#ifThere(() => readFile(this.#pathOf(job, name)));
  }

  readInChunks(job: ArchivedJob, name: string): Promise<Readable | undefined> {
    return this.#ifThere(async () => (await open(this.#pathOf(job, name))).createReadStream());
  }

  async withdraw(job: ArchivedJob, name: string): Promise<void> {
    if ((await this.find(job, RECEIPT)) !== undefined) {
      throw new ArchiveConflictError(this.folderOf(job), name, job.signatureJobId);
    }
    await this.#ifThere(async () => {
      await unlink(this.#pathOf(job, name));
      await syncFolder(this.#folder(job));
    });
  }

  async putMetadata(job: ArchivedJob, metadata: ArchivedMetadata): Promise<ArchivedFile> {
    // Each text has another salt: the first one stands.
    if ((await this.readMetadata(job)) === undefined) {
      await this.#writeText(job, METADATA_FILE, formatMetadata(job, metadata));
    }
    const there = await this.readMetadata(job);
    const file = await this.find(job, METADATA_FILE);
    if (file === undefined || there === undefined || !describeSameJob(there, metadata)) {
      throw new ArchiveConflictError(this.folderOf(job), METADATA_FILE, job.signatureJobId);
    }
    return file;
  }

  async readMetadata(job: ArchivedJob): Promise<ArchivedMetadata | undefined> {
    const content = await this.read(job, METADATA_FILE);
    return content === undefined
      ? undefined
      : parseMetadata(Buffer.from(content).toString('utf8'), this.folderOf(job));
  }

  async putReceipt(job: ArchivedJob, receipt: Receipt): Promise<Receipt> {
    const text = formatReceipt(receipt);
    if (await this.#writeText(job, RECEIPT, text)) return receipt;
    const there = await this.readReceipt(job);
    if (there === undefined || !isDeepStrictEqual(factsOf(there), factsOf(JSON.parse(text) as Receipt))) {
      throw new ArchiveConflictError(this.folderOf(job), RECEIPT, job.signatureJobId);
    }
    return there;
  }

  async readReceipt(job: ArchivedJob): Promise<Receipt | undefined> {
    const content = await this.read(job, RECEIPT);
    return content === undefined
      ? undefined
      : parseReceipt(Buffer.from(content).toString('utf8'), this.folderOf(job));
  }

  async verifyFile(job: ArchivedJob, file: ArchivedFile): Promise<void> {
    const found = await this.find(job, file.name);
    if (found === undefined) throw new DocumentMissingError(`${file.name} in ${this.folderOf(job)}`);
    this.#compare(job, file, found);
  }

  folderOf(job: ArchivedJob): string {
    return folderOfJob(job);
  }

  /** @returns whether the name was free */
  #writeText(job: ArchivedJob, name: string, text: string): Promise<boolean> {
    return onDisk(`archive ${name}`, async () => {
      const temporary = await writeTemporary(this.#folder(job), (handle) => handle.writeFile(text));
      return publishIfAbsent(temporary, this.#pathOf(job, name));
    });
  }

  /** Streams to a temporary file. An error of the stream is rethrown unchanged, because it is not a storage error. */
  async #receive(job: ArchivedJob, content: Readable) {
    const hash = createHash('sha256');
    let size = 0;
    let failure: unknown;
    try {
      const temporary = await onDisk('archive a document', () =>
        writeTemporary(this.#folder(job), async (handle) => {
          for await (const chunk of chunksOf(content, (error) => (failure = error))) {
            hash.update(chunk);
            size += chunk.byteLength;
            await handle.appendFile(chunk);
          }
        }),
      );
      return { temporary, sha256: hash.digest('hex'), size };
    } catch (error) {
      content.destroy();
      throw failure ?? error;
    }
  }

  #inTurn<T>(size: number, verify: () => Promise<T>): Promise<T> {
    if (size <= LARGE_BYTES) return verify();
    const verified = this.#largeVerified.then(verify);
    this.#largeVerified = verified.catch(() => undefined);
    return verified;
  }

  #compare(job: ArchivedJob, { name, sha256, size }: ArchivedFile, found: FileDigest): void {
    if (found.size === size && found.sha256 === sha256) return;
    throw new StoredContentDamagedError(
      `${name} in ${this.folderOf(job)}`,
      `was ${size} bytes long and now has ${found.size} bytes with another digest or size`,
    );
  }

  #ifThere<T>(work: () => Promise<T>): Promise<T | undefined> {
    return onDisk('read an archived document', async () => {
      try {
        return await work();
      } catch (error) {
        if (hasSystemCode(error, 'ENOENT')) return undefined;
        throw error;
      }
    });
  }

  #folder(job: ArchivedJob): string {
    return join(this.#root, ...this.folderOf(job).split('/'));
  }

  #pathOf(job: ArchivedJob, name: string): string {
    return join(this.#folder(job), encodePathName(name));
  }
}

async function* chunksOf(content: Readable, onError: (error: unknown) => void): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of content as AsyncIterable<unknown>) {
      if (typeof chunk === 'string') yield Buffer.from(chunk, 'utf8');
      else if (chunk instanceof Uint8Array) yield chunk;
      else throw new TypeError('A document is a stream of bytes.');
    }
  } catch (error) {
    onError(error);
    throw error;
  }
}
