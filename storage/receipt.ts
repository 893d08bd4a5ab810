import type {
  AmbiguousCreate,
  ArchivedDocument,
  DocumentRef,
  Flow,
  JobIdentity,
  LaterWord,
  RecordedDecision,
  SignerProgress,
  SigningOutcome,
} from '@signering/contract';
import type { ArchivedFile } from './signed-document-archive.js';
import type { Software } from './software.js';

/**
 * `receipt.json`: documents sent and received, and the actions of signers and operators. Holds no national identity
 * number. Names the people who decided about the job. All times are ISO 8601, UTC with milliseconds.
 */
export interface Receipt extends Omit<JobIdentity, 'flow'> {
  readonly version: 1;
  readonly signatureJobId: string;
  readonly flow: Flow | LaterWord;
  readonly outcome: SigningOutcome | LaterWord;
  readonly signers: readonly SignerProgress[];
  /** SHA-256 over the job's content, as the reference was claimed with it. */
  readonly contentDigest: string;
  /** The documents sent, in the order of the request. Their names and titles are in `metadata.json`. */
  readonly sent: readonly Pick<DocumentRef, 'mediaType' | 'sha256' | 'size'>[];
  /** Digests of the signed documents, with their check results. */
  readonly received: readonly ArchivedDocument[];
  /** When the signing process started. */
  readonly startedAt: string;
  /** When the service created the job. */
  readonly createdAt: string;
  /** When everything was archived, right before this receipt was written. */
  readonly archivedAt: string;
  readonly ambiguousCreate?: AmbiguousCreate;
  /** Beside the receipt, with the digest of its salted content. Absent for a duplicate. */
  readonly metadataFile?: ArchivedFile;
  /** What people decided about the job, in order. */
  readonly decisions?: readonly RecordedDecision[];
  /** What wrote the receipt. */
  readonly software: Software;
}

/** A receipt without the members that a retry or another release writes otherwise: the first receipt stands. */
export function factsOf({
  startedAt: _startedAt,
  archivedAt: _archivedAt,
  software: _software,
  decisions: _decisions,
  ...facts
}: Receipt): Omit<Receipt, 'startedAt' | 'archivedAt' | 'software' | 'decisions'> {
  return facts;
}
