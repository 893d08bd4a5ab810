import { createHash } from 'node:crypto';
import type {
  DirectJobContent,
  DirectSigningInput,
  DocumentToSign,
  EmailRecipient,
  Flow,
  PortalJobContent,
  PortalSigningInput,
} from '@signering/contract';
import type { JsonEncryption } from '@signering/encryption';
import { whatIsWrongWithReference } from '@signering/schema';
import {
  demandStorageId,
  ReferenceInUseError,
  type DocumentStore,
  type LedgerClaim,
  type LedgerEntry,
  type ReferenceLedger,
  type StorageIdentity,
} from '@signering/storage';
import { contentDigest, differencesBetween } from './content-digest.js';
import { readableData } from './readable-data.js';
import type { PreparedJob, ReadJob } from './request/prepare-request.js';
import type { PreparedDocument } from './request/read-documents.js';
import { demandSameJob } from './same-job.js';
import type { TemporalConnection } from './temporal-connection.js';

/** The argument of a claim. */
export interface ClaimOptions {
  /** The sender, nine digits. */
  readonly organizationNumber: string;
  readonly storage: {
    readonly ledger: Pick<ReferenceLedger, 'find' | 'claim'>;
    readonly documents: Pick<DocumentStore, 'put' | 'has'>;
    readonly storageIdentity: StorageIdentity;
  };
  /** Knows jobs of other storage. Absent: there is no other. */
  readonly temporal?: Pick<TemporalConnection, 'call'> | undefined;
  /** Encrypts the workflow's input for the ledger. */
  readonly encryption: JsonEncryption;
  /** The batch that sends the job. @default none */
  readonly batch?: string | undefined;
  /** Also writes an entry that the same batch claimed and that was not sent. @default false */
  readonly renew?: boolean | undefined;
  /** Who gets emails about the job. @default no one */
  readonly emailsTo?: EmailRecipient | undefined;
}

/** A job whose reference is claimed and whose documents are stored. */
export interface ClaimedJob<Input> {
  /** The input of its workflow. */
  readonly input: Input;
  readonly entry: LedgerEntry;
  /** The same job was sent before. */
  readonly existing: boolean;
}

/**
 * Takes a reference for a portal job and stores its documents.
 * @throws INVALID_REQUEST, DOCUMENT_NOT_ACCEPTED where a new order breaks a rule; REFERENCE_IN_USE,
 * STORAGE_UNAVAILABLE (retryable)
 */
export function claimPortalJob(
  prepared: ReadJob<PortalJobContent>,
  options: ClaimOptions,
): Promise<ClaimedJob<PortalSigningInput>> {
  const job = { ...prepared.terms, documents: prepared.documents.map(referenceTo) };
  return claim({ flow: 'PORTAL', prepared, job }, options);
}

/** As {@link claimPortalJob}, for the direct flow. */
export function claimDirectJob(
  prepared: ReadJob<DirectJobContent>,
  options: ClaimOptions,
): Promise<ClaimedJob<DirectSigningInput>> {
  const job = { ...prepared.terms, documents: prepared.documents.map(referenceTo) };
  return claim({ flow: 'DIRECT', prepared, job }, options);
}

interface JobToClaim<Content> {
  readonly flow: Flow;
  readonly prepared: Pick<ReadJob<Content>, 'reference' | 'documents' | 'refusal'>;
  readonly job: Content;
}

async function claim<Content extends PortalJobContent | DirectJobContent>(
  { flow, prepared: { reference, documents, refusal }, job }: JobToClaim<Content>,
  {
    organizationNumber,
    storage: { ledger, documents: store, storageIdentity },
    temporal,
    encryption,
    batch,
    renew = false,
    emailsTo,
  }: ClaimOptions,
) {
  const digest = contentDigest(flow, job);
  if (refusal !== undefined) {
    // A repeated order returns its job regardless of today's rules; any other is refused before storage is touched.
    const claimed = await claimOf(ledger, { organizationNumber, reference });
    if (claimed?.contentDigest !== digest) throw refusal;
  }
  const input = {
    version: 1 as const,
    organizationNumber,
    reference,
    contentDigest: digest,
    // Read from the disk each time: the volume may have been unmounted since the client connected.
    storageId: await demandStorageId(storageIdentity),
    job,
    ...(emailsTo !== undefined && { emailsTo }),
  };
  const { pollingQueue } = job;
  const wanted = {
    organizationNumber,
    reference,
    flow,
    ...(pollingQueue !== undefined && { pollingQueue }),
    ...(batch !== undefined && { batch }),
    contentDigest: input.contentDigest,
    input: await encryption.encrypt(input),
    documents: job.documents.map(({ mediaType, sha256, size }) => ({ mediaType, sha256, size })),
  };
  const known = await ledger.find(wanted);
  // Other content under a known reference is refused before any of it is stored.
  if (known !== undefined) await claimOrDiffer(wanted, { ledger, encryption, job });
  // The ledger of another storage may know the reference: nothing is stored here then.
  else await temporal?.call((client) => demandSameJob(client, input));
  // Before the claim, so that a claimed job can be sent; repeated each time, which restores lost documents.
  for (const { name, mediaType, content } of documents) await store.put(content, { name, mediaType });
  const entry = await claimOrDiffer(wanted, { ledger, encryption, job, renew });
  // Retention may have removed an old document just before it saw the renewed time; from the claim on it keeps them.
  for (const [index, { name, mediaType, content }] of documents.entries()) {
    const stored = wanted.documents[index];
    if (stored !== undefined && !(await store.has(stored))) await store.put(content, { name, mediaType });
  }
  return { input: { ...input, job: onQueueOf(entry, job) }, entry, existing: known !== undefined };
}

/** Where an earlier order may stand, and the content of this one. */
interface EarlierOrder<Content> {
  readonly ledger: Pick<ReferenceLedger, 'find' | 'claim'>;
  readonly encryption: JsonEncryption;
  readonly job: Content;
  /** @default false */
  readonly renew?: boolean;
}

/** @throws REFERENCE_IN_USE naming what differs, where this process has the key of the earlier order; VERSION_NOT_SUPPORTED */
async function claimOrDiffer<Content extends PortalJobContent | DirectJobContent>(
  wanted: LedgerClaim,
  { ledger, encryption, job, renew = false }: EarlierOrder<Content>,
): Promise<LedgerEntry> {
  try {
    return await ledger.claim(wanted, { renew });
  } catch (error) {
    const earlier = error instanceof ReferenceInUseError ? await ledger.find(wanted) : undefined;
    if (earlier === undefined) throw error;
    if (earlier.input === undefined) throw error;
    const input = await encryption.decrypt(earlier.input).catch(() => undefined);
    if (input === undefined) throw error;
    const what = `the input of reference "${wanted.reference}" in the ledger`;
    const { job: content } = readableData(
      input as { readonly job: Content },
      what,
      'the system that claimed it',
    );
    throw new ReferenceInUseError(wanted.reference, earlier.claimedAt, differencesBetween(content, job));
  }
}

/** The job on the polling queue of its first order: the service reports it on that queue only. */
function onQueueOf<Content extends PortalJobContent | DirectJobContent>(
  { pollingQueue }: LedgerEntry,
  { pollingQueue: _, ...job }: Content,
): Content {
  return { ...job, ...(pollingQueue !== undefined && { pollingQueue }) } as Content;
}

/** The ledger entry of a reference; undefined if storage is unavailable, or if the text is not a valid reference. */
async function claimOf(
  ledger: Pick<ReferenceLedger, 'find'>,
  job: { readonly organizationNumber: string; readonly reference: string },
): Promise<LedgerEntry | undefined> {
  if (whatIsWrongWithReference(job.reference) !== undefined) return undefined;
  return ledger.find(job).catch(() => undefined);
}

/** The digest that a portal job would be claimed with. */
export function digestOfPortalJob({ terms, documents }: PreparedJob<PortalJobContent>): string {
  return contentDigest('PORTAL', { ...terms, documents: documents.map(referenceTo) });
}

/** The reference to a document in the workflow's input. */
function referenceTo({ content, pdf: _, ...document }: PreparedDocument): DocumentToSign {
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { sha256, size: content.byteLength, ...document };
}
