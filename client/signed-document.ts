import { Readable } from 'node:stream';
import type { LaterWord, SigningOutcome } from '@signering/contract';
import { SigningError } from '@signering/schema';
import {
  settledJobOf,
  type ArchivedJob,
  type LedgerEntry,
  type SignedDocumentArchive,
} from '@signering/storage';
import type { CallOptions } from './call-options.js';
import { JobNotEndedError, JobNotFoundError } from './errors.js';

/** Jobs and their archive, as far as their documents are read. */
export interface ArchivedJobs {
  findEntry(reference: string): Promise<LedgerEntry | undefined>;
  readonly storage: {
    readonly archive: Pick<
      SignedDocumentArchive,
      'read' | 'readInChunks' | 'readReceipt' | 'verifyFile' | 'folderOf'
    >;
  };
}

/** The last argument of `SigningClient.signedDocument`. */
export interface SignedDocumentOptions extends CallOptions {
  /** One of the result's `archive.documents`, such as `xades-1.xml`. @default signed.pdf */
  readonly name?: string | undefined;
}

/** As `SigningClient.signedDocument`. */
export async function readSignedDocument(
  jobs: ArchivedJobs,
  reference: string,
  { name = 'signed.pdf' }: SignedDocumentOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const { archive } = jobs.storage;
  const content = await archive.read(await verifiedDocument(jobs, reference, name), name);
  if (content === undefined) throw missing(reference, name, 'it was removed');
  // No Buffer, which has other methods under the same names.
  return new Uint8Array(content.buffer, content.byteOffset, content.byteLength);
}

/** As `SigningClient.signedDocumentStream`. @param options its signal also ends with the time of the call */
export async function streamSignedDocument(
  jobs: ArchivedJobs,
  reference: string,
  { name = 'signed.pdf', signal }: SignedDocumentOptions,
): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  const { archive } = jobs.storage;
  const content = await archive.readInChunks(await verifiedDocument(jobs, reference, name), name);
  if (content === undefined) throw missing(reference, name, 'it was removed');
  // The caller does not get the stream, so it would stay open.
  if (signal?.aborted === true) content.destroy();
  signal?.throwIfAborted();
  return Readable.toWeb(content) as ReadableStream<Uint8Array<ArrayBuffer>>;
}

/** The job of a document that is in the archive as the receipt names it. */
async function verifiedDocument(jobs: ArchivedJobs, reference: string, name: string): Promise<ArchivedJob> {
  const { storage } = jobs;
  const entry = await jobs.findEntry(reference);
  if (entry === undefined) throw new JobNotFoundError(reference);
  const job = settledJobOf(entry);
  if (job === undefined) throw new JobNotEndedError(reference);
  // Only what the receipt names: a name is never a path of the caller's own.
  const receipt = await storage.archive.readReceipt(job);
  const file = receipt?.received.find((received) => received.name === name);
  if (receipt === undefined) throw missing(reference, name, 'the receipt was removed');
  if (file === undefined) {
    const names = receipt.received.map((received) => received.name);
    throw noSuchDocument({ reference, outcome: receipt.outcome, names });
  }
  await storage.archive.verifyFile(job, file);
  return job;
}

/** What an ended job has instead. */
interface OtherDocuments {
  readonly reference: string;
  readonly outcome: SigningOutcome | LaterWord;
  readonly names: readonly string[];
}

function noSuchDocument({ reference, outcome, names }: OtherDocuments): SigningError {
  return new SigningError(
    'NO_SUCH_DOCUMENT',
    `The job of reference "${reference}" has ended with outcome ${outcome} and has no such document. ` +
      (names.length === 0 ? 'It has none.' : `Documents: ${names.join(', ')}.`),
    { reference },
  );
}

function missing(reference: string, name: string, why: string): SigningError {
  return new SigningError(
    'DOCUMENT_MISSING',
    `Cannot read ${name} of reference "${reference}": ${why} from the archive. Restore it from a backup.`,
    { reference },
  );
}
