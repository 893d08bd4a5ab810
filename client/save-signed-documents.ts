import { basename, resolve } from 'node:path';
import type { SigningOutcome } from '@signering/contract';
import { InvalidInputError } from '@signering/schema';
import { settledJobOf, type ArchivedFile } from '@signering/storage';
import type { CallOptions } from './call-options.js';
import { JobNotEndedError, JobNotFoundError } from './errors.js';
import { readOutcome } from './known-words.js';
import { digestOfFile, writeNewFile } from './new-file.js';
import { digestOf, expired, RECEIPT, withoutReceipt, type ArchivedJobs } from './signed-document.js';

/** The last argument of `SigningClient.saveSignedDocuments`. */
export interface SaveSignedDocumentsOptions extends CallOptions {
  /**
   * The folder that gets the files; it is made where it is missing.
   * @default a folder in the current one, named `{job id}-{reference}` as in the archive
   */
  readonly folder?: string | undefined;
  /** The id of a second job under the reference, whose documents are archived apart. @default the reference's own job */
  readonly duplicate?: string | undefined;
}

/** A file that lies in the folder now. */
export interface SavedFile {
  /** Such as `signed.pdf`. */
  readonly name: string;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  /** In bytes. */
  readonly size: number;
  /** False: it was there before, with the same content. */
  readonly written: boolean;
}

/** A file that the receipt names, and the archive does not hold as it came. */
export interface MissingFile {
  readonly name: string;
  readonly reason: string;
}

/** What `SigningClient.saveSignedDocuments` wrote. */
export interface SavedDocuments {
  readonly reference: string;
  readonly signatureJobId: string;
  readonly outcome: SigningOutcome | 'UNKNOWN';
  /** The outcome as it was written, when this version does not know it. */
  readonly outcomeText?: string;
  /** Absolute path of the folder with the files. */
  readonly folder: string;
  /** Signed documents, `metadata.json` and the receipt; without signed documents when no signer has signed. */
  readonly files: readonly SavedFile[];
  /** Empty unless the archive was damaged. */
  readonly missing: readonly MissingFile[];
}

/** As `SigningClient.saveSignedDocuments`. */
export async function saveSignedDocuments(
  jobs: ArchivedJobs,
  reference: string,
  options: SaveSignedDocumentsOptions,
): Promise<SavedDocuments> {
  const { archive, location } = jobs.storage;
  const entry = await jobs.findEntry(reference);
  if (entry === undefined) throw new JobNotFoundError(reference, { storage: location });
  const settled = settledJobOf(entry);
  if (settled === undefined) throw new JobNotEndedError(reference);
  const { duplicate } = options;
  const job = duplicate === undefined ? settled : { ...settled, duplicateJobId: duplicate };
  const receipt = await archive.readReceipt(job);
  const receiptContent = await archive.read(job, RECEIPT);
  if (receipt === undefined || receiptContent === undefined) throw withoutReceipt(job, location);
  const archived = [
    ...receipt.received,
    ...(receipt.metadataFile === undefined ? [] : [receipt.metadataFile]),
    { name: RECEIPT, ...digestOf(receiptContent) },
  ];
  const signatureJobId = duplicate ?? settled.signatureJobId;
  const folder = resolve(options.folder ?? basename(archive.folderOf({ ...settled, signatureJobId })));
  const there = await digestsIn(folder, archived);
  const files: SavedFile[] = [];
  const missing: MissingFile[] = [];
  for (const { name, sha256, size } of archived) {
    options.signal?.throwIfAborted();
    const isThere = there.get(name) === sha256;
    const content = await archive.read(job, name);
    // It may be erased: it is no evidence.
    if (content === undefined && name === receipt.metadataFile?.name) continue;
    const removed = content === undefined ? expired(entry) : undefined;
    if (removed !== undefined) throw removed;
    const reason = content === undefined ? 'it is not in the archive' : damageOf(content, sha256);
    if (content === undefined || reason !== undefined) {
      missing.push({ name, reason: reason ?? '' });
      continue;
    }
    if (!isThere) await writeNewFile({ folder, name, content });
    files.push({ name, sha256, size, written: !isThere });
  }
  return { reference, signatureJobId, ...readOutcome(receipt.outcome), folder, files, missing };
}

/** @throws INVALID_REQUEST when the folder holds other content under one of the names: nothing is overwritten */
async function digestsIn(
  folder: string,
  archived: readonly ArchivedFile[],
): Promise<ReadonlyMap<string, string>> {
  const there = new Map<string, string>();
  for (const { name } of archived) {
    const digest = await digestOfFile({ folder, name });
    if (digest !== undefined) there.set(name, digest);
  }
  const others = archived.filter(({ name, sha256 }) => there.has(name) && there.get(name) !== sha256);
  if (others.length === 0) return there;
  throw new InvalidInputError(
    'INVALID_REQUEST',
    `No file was written to ${folder}. Move these files away, or choose another folder`,
    others.map(({ name }) => ({ path: name, message: 'is there with other content' })),
  );
}

function damageOf(content: Uint8Array, sha256: string): string | undefined {
  return digestOf(content).sha256 === sha256
    ? undefined
    : 'its content in the archive does not have the digest that the receipt records';
}
