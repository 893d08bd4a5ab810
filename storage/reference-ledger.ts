import type { DocumentRef, Flow, JobIdentity, SigningOutcome } from '@signering/contract';
import type { EncryptedJson } from '@signering/encryption';
import type { UnsettledReference } from './unsettled-entry.js';

/** One POST that may have created a job. */
export interface SendingAttempt {
  /** Counts from 1. */
  readonly attempt: number;
  /** ISO 8601. */
  readonly startedAt: string;
  /**
   * Absent: under way, or its process vanished. CREATED: the answer was read. REFUSED: surely no job.
   * AMBIGUOUS: nobody knows whether the service made a job.
   */
  readonly outcome?: 'CREATED' | 'REFUSED' | 'AMBIGUOUS';
  /** One sentence without personal data. */
  readonly reason?: string;
}

/** What is known about a reference, whatever Temporal still remembers. */
export interface LedgerEntry extends JobIdentity {
  readonly version: 1;
  /** Counts the writes of this entry, from 1. */
  readonly revision: number;
  /** Absent for jobs whose status comes in no queue. */
  readonly pollingQueue?: string;
  readonly contentDigest: string;
  /** The input of its workflow, so that a job goes on when Temporal has lost it. */
  readonly input: EncryptedJson;
  /** The documents to sign, in the order of the request: what a restore must find in storage. */
  readonly documents: readonly Pick<DocumentRef, 'sha256' | 'size'>[];
  /** ISO 8601. */
  readonly claimedAt: string;
  readonly attempts: readonly SendingAttempt[];
  readonly created?: {
    readonly signatureJobId: string;
    /** Portal flow. */
    readonly cancellationUrl?: string;
    /** ISO 8601. */
    readonly createdAt: string;
    /** Who was asked, so that a second job of ours is told from another's. */
    readonly maskedSigners?: readonly string[];
    /** Direct flow, unless the status comes in a queue: where it is asked for. */
    readonly statusUrl?: string;
    /** Direct flow, in the order of the request. */
    readonly signers?: readonly {
      /** Counts from 1. */
      readonly signer: number;
      /** Where a fresh redirect URL is asked for: worth nothing without the sender's certificate. */
      readonly signerUrl: string;
    }[];
    /** Direct flow: the first redirect URL of each of `signers`, a list of texts. Each lets in whoever opens it first. */
    readonly redirectUrls?: EncryptedJson;
  };
  /**
   * Its workflow failed or was cancelled before a job was created: it is not started again until the same job is handed
   * in again, or turns out to have been created.
   */
  readonly abandoned?: {
    /** ISO 8601. */
    readonly abandonedAt: string;
  };
  /** Everything is in the archive; the final change may be confirmed. */
  readonly settled?: {
    readonly outcome: SigningOutcome;
    /** Absent: the created one; a duplicate, where that was signed by all and the created one was not. */
    readonly signatureJobId?: string;
    /** The job's folder in the archive. */
    readonly folder: string;
    /** ISO 8601. */
    readonly settledAt: string;
    /** The final change has no confirmation URL, or none was ever told: the entry is settled for good. */
    readonly nothingToConfirm?: true;
    /** Where the service deletes its documents: as the final change named it, or else the job's own URL. */
    readonly deleteDocumentsUrl?: string;
  };
  /** When the final change was confirmed, ISO 8601. */
  readonly confirmedAt?: string;
  /** When the service's documents were deleted at our request, ISO 8601. */
  readonly documentsDeletedAt?: string;
}

/** Names an entry. */
export type LedgerKey = Pick<LedgerEntry, 'organizationNumber' | 'reference'>;

/** What a reference is claimed for. */
export type LedgerClaim = Pick<
  LedgerEntry,
  'organizationNumber' | 'reference' | 'flow' | 'pollingQueue' | 'contentDigest' | 'input' | 'documents'
>;

/** What may change in an entry after it was claimed. */
export type LedgerProgress = Pick<
  LedgerEntry,
  'attempts' | 'created' | 'settled' | 'abandoned' | 'confirmedAt' | 'documentsDeletedAt'
>;

/** The argument of {@link ReferenceLedger.unsettled}. */
export interface UnsettledOptions {
  /** List what comes after this position. @default all */
  readonly after?: string;
}

/**
 * Who has which reference, written down before the service hears of it:
 * claimed → sending(attempt) → created → settled → confirmed. Every step is synced to the disk before it returns.
 */
export interface ReferenceLedger {
  /**
   * Takes a reference for this content. Again with the same content it answers the entry as it stands; one that was
   * abandoned is open again then.
   * @throws REFERENCE_IN_USE when the reference stands for other content, STORED_CONTENT_DAMAGED,
   * STORAGE_UNAVAILABLE (retryable)
   */
  claim(claim: LedgerClaim): Promise<LedgerEntry>;
  /** @throws STORED_CONTENT_DAMAGED, STORAGE_UNAVAILABLE (retryable) */
  find(key: LedgerKey): Promise<LedgerEntry | undefined>;
  /**
   * Finds the entry whose `created.signatureJobId` this is, from the moment `created` can be read.
   * @throws STORED_CONTENT_DAMAGED, STORAGE_UNAVAILABLE (retryable)
   */
  findByJobId(
    organizationNumber: string,
    flow: Flow,
    signatureJobId: string,
  ): Promise<LedgerEntry | undefined>;
  /**
   * Writes the next revision of an entry, unless somebody else wrote one since it was read.
   * @throws LEDGER_CONFLICT (retryable: read again), STORAGE_UNAVAILABLE (retryable)
   */
  advance(entry: LedgerEntry, progress: Partial<LedgerProgress>): Promise<LedgerEntry>;
  /**
   * Lists the unsettled entries of every organisation, from the moment that their claim can be read until they are
   * settled and their final change is confirmed; without abandoned ones. Damaged entries are listed as such.
   * @throws STORAGE_UNAVAILABLE (retryable)
   */
  unsettled(options?: UnsettledOptions): AsyncIterable<UnsettledReference>;
}
