import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { LaterWord, SigningOutcome } from '@signering/contract';
import { InvalidInputError, SigningError } from '@signering/schema';
import {
  DocumentsExpiredError,
  settledJobOf,
  type ArchivedFile,
  type ArchivedJob,
  type LedgerEntry,
  type SignedDocumentArchive,
} from '@signering/storage';
import type { CallOptions } from './call-options.js';
import { JobNotEndedError, JobNotFoundError } from './errors.js';

/** The file of a job's receipt. */
export const RECEIPT = 'receipt.json';

/** Jobs and their archive, as far as their documents are read. */
export interface ArchivedJobs {
  findEntry(reference: string): Promise<LedgerEntry | undefined>;
  readonly storage: {
    /** Names the storage in messages. */
    readonly location: string;
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

/** A signed document or receipt, and what a web site's response says of it. */
export interface SignedDocumentStream {
  readonly name: string;
  /** `application/pdf`, `application/xml` for a XAdES, or `application/json` for a receipt. */
  readonly mediaType: string;
  /** In bytes: `Content-Length`. */
  readonly size: number;
  /** Lower-case hexadecimal: an `ETag`. */
  readonly sha256: string;
  /** Read it to its end, or cancel it. */
  readonly stream: ReadableStream<Uint8Array<ArrayBuffer>>;
}

/** As `SigningClient.signedDocument`. */
export async function readSignedDocument(
  jobs: ArchivedJobs,
  reference: string,
  { name = 'signed.pdf' }: SignedDocumentOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const { archive, location } = jobs.storage;
  const { job } = await verifiedDocument(jobs, reference, name);
  const content = await archive.read(job, name);
  if (content === undefined) throw missing({ reference, name, location, why: 'it was removed' });
  // No Buffer, which has other methods under the same names.
  return new Uint8Array(content.buffer, content.byteOffset, content.byteLength);
}

/** As `SigningClient.signedDocumentStream`. @param options its signal also ends with the time of the call */
export async function streamSignedDocument(
  jobs: ArchivedJobs,
  reference: string,
  { name = 'signed.pdf', signal }: SignedDocumentOptions,
): Promise<SignedDocumentStream> {
  const { archive, location } = jobs.storage;
  const { job, size, sha256 } = await verifiedDocument(jobs, reference, name);
  const content = await archive.readInChunks(job, name);
  if (content === undefined) throw missing({ reference, name, location, why: 'it was removed' });
  // The caller does not get the stream, so it would stay open.
  if (signal?.aborted === true) content.destroy();
  signal?.throwIfAborted();
  const stream = Readable.toWeb(content) as ReadableStream<Uint8Array<ArrayBuffer>>;
  const mediaType = name.endsWith('.pdf') ? 'application/pdf' : 'application/xml';
  return { name, mediaType, size, sha256, stream };
}

/** As `SigningClient.receiptStream`. */
export async function streamReceipt(jobs: ArchivedJobs, reference: string): Promise<SignedDocumentStream> {
  const { archive, location } = jobs.storage;
  const entry = await jobs.findEntry(reference);
  if (entry === undefined) throw new JobNotFoundError(reference, { storage: location });
  const job = settledJobOf(entry);
  if (job === undefined) throw new JobNotEndedError(reference);
  // Parsed first: a damaged receipt is evidence of nothing.
  const content = (await archive.readReceipt(job)) && (await archive.read(job, RECEIPT));
  if (content === undefined) throw withoutReceipt(job, location);
  return {
    name: RECEIPT,
    mediaType: 'application/json',
    ...digestOf(content),
    stream: new Blob([new Uint8Array(content)]).stream(),
  };
}

/** A document that is in the archive as the receipt names it, and its job. */
async function verifiedDocument(
  jobs: ArchivedJobs,
  reference: string,
  name: string,
): Promise<Pick<ArchivedFile, 'size' | 'sha256'> & { readonly job: ArchivedJob }> {
  const { storage } = jobs;
  const { location } = storage;
  const entry = await jobs.findEntry(reference);
  if (entry === undefined) throw new JobNotFoundError(reference, { storage: location });
  const job = settledJobOf(entry);
  if (job === undefined) throw new JobNotEndedError(reference);
  // Only what the receipt names: a name is never a path of the caller's own.
  const receipt = await storage.archive.readReceipt(job);
  const file = receipt?.received.find((received) => received.name === name);
  if (receipt === undefined) throw missing({ reference, name, location, why: 'the receipt was removed' });
  if (file === undefined) {
    const names = receipt.received.map((received) => received.name);
    throw noSuchDocument({ reference, outcome: receipt.outcome, names });
  }
  await storage.archive.verifyFile(job, file).catch((error: unknown) => {
    if (error instanceof SigningError && error.code === 'DOCUMENT_MISSING') throw expired(entry) ?? error;
    throw error;
  });
  return { job, size: file.size, sha256: file.sha256 };
}

/** DOCUMENTS_EXPIRED where retention has removed, or is removing, a document that is missing. */
export function expired({ reference, archiveRemoval }: LedgerEntry): SigningError | undefined {
  return archiveRemoval && new DocumentsExpiredError(reference, archiveRemoval.at);
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

/** A document that the receipt names, and that is not there. */
interface MissingDocument {
  readonly reference: string;
  readonly name: string;
  readonly location: string;
  readonly why: string;
}

function missing({ reference, name, location, why }: MissingDocument): SigningError {
  return new SigningError(
    'DOCUMENT_MISSING',
    `Cannot read ${name} of reference "${reference}": ${why} from the archive in ${location}. Restore it from a backup.`,
    { reference },
  );
}

/** The size and digest of a file of the archive. */
export function digestOf(content: Uint8Array): Pick<ArchivedFile, 'sha256' | 'size'> {
  return { sha256: createHash('sha256').update(content).digest('hex'), size: content.byteLength };
}

/** DOCUMENT_MISSING for a job that has ended, INVALID_REQUEST for a second job that the archive does not know. */
export function withoutReceipt(
  { reference, signatureJobId, duplicateJobId }: ArchivedJob,
  location: string,
): SigningError {
  if (duplicateJobId !== undefined) {
    return new InvalidInputError(
      'INVALID_REQUEST',
      `The archive has no second job ${duplicateJobId} of reference "${reference}"`,
      [{ path: 'duplicate', message: 'must be the id of a second job that has ended' }],
    );
  }
  return new SigningError(
    'DOCUMENT_MISSING',
    `Cannot read the result of reference "${reference}": the archive in ${location} has no receipt of job ${signatureJobId}. ` +
      'Restore its folder from a backup.',
    { reference, signatureJobId },
  );
}
