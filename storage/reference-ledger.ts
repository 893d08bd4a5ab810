import type { DocumentRef, Flow, JobIdentity, LaterWord, SigningOutcome } from '@signering/contract';
import type { EncryptedJson } from '@signering/encryption';
import type { Erasure, RetainedFile } from './job-erasure.js';
import type { UnsettledReference } from './unsettled-entry.js';

/** One POST that may have created a job. */
export interface SendingAttempt {
  /** Counts from 1. */
  readonly attempt: number;
  /** ISO 8601. */
  readonly startedAt: string;
  /**
   * Absent: in progress, or its process was killed. CREATED: the answer was read. REFUSED: no job was created.
   * AMBIGUOUS: it is unknown whether the service created a job; the same holds for a word of a later version.
   */
  readonly outcome?: 'CREATED' | 'REFUSED' | 'AMBIGUOUS' | LaterWord;
  /** One sentence without personal data. */
  readonly reason?: string;
}

/** The recorded state of one reference; it is kept regardless of Temporal's retention. */
export interface LedgerEntry extends Omit<JobIdentity, 'flow'> {
  readonly version: 1;
  readonly flow: Flow | LaterWord;
  /** Counts the writes of this entry, from 1. */
  readonly revision: number;
  /** Absent for jobs whose status is not polled from a queue. */
  readonly pollingQueue?: string;
  /** The batch that sends the job: until its first attempt, no other part starts its workflow. Absent: a single job. */
  readonly batch?: string;
  /** Absent once the job is erased. */
  readonly contentDigest?: string;
  /** The input of its workflow, to restart a job that Temporal has lost. Absent once the job is erased. */
  readonly input?: EncryptedJson;
  /**
   * The documents to sign, in the order of the request; required in storage after a restore. Once the job is erased: those
   * that a repeated erasure must still remove.
   */
  readonly documents: readonly Pick<DocumentRef, 'mediaType' | 'sha256' | 'size'>[];
  /** ISO 8601. */
  readonly claimedAt: string;
  /** When the same job was handed over again after it was abandoned, ISO 8601: older runs of its workflow say nothing. */
  readonly reopenedAt?: string;
  readonly attempts: readonly SendingAttempt[];
  readonly created?: {
    readonly signatureJobId: string;
    /** Portal flow. */
    readonly cancellationUrl?: string;
    /** ISO 8601. */
    readonly createdAt: string;
    /** Distinguishes a second job of ours from another sender's. */
    readonly maskedSigners?: readonly string[];
    /** Direct flow, unless the status is polled from a queue: where to fetch the status. */
    readonly statusUrl?: string;
    /** Direct flow, in the order of the request. */
    readonly signers?: readonly {
      /** Counts from 1. */
      readonly signer: number;
      /** Where to request a fresh redirect URL; usable only with the sender's certificate. */
      readonly signerUrl: string;
    }[];
    /**
     * Direct flow: the first redirect URL of each of `signers`, a list of strings. Each admits the first browser that
     * opens it.
     */
    readonly redirectUrls?: EncryptedJson;
  };
  /**
   * Its workflow failed or was cancelled before a job was created. It is restarted only when the same job is
   * submitted again, or when the job turns out to have been created.
   */
  readonly abandoned?: {
    /** ISO 8601. */
    readonly abandonedAt: string;
    /** A person cancelled the batch before the job was sent. */
    readonly withdrawn?: true;
  };
  /** All documents are archived; the final change can be confirmed. */
  readonly settled?: {
    readonly outcome: SigningOutcome | LaterWord;
    /** Absent: the created job. Otherwise the duplicate that all signers signed when the created one was not. */
    readonly signatureJobId?: string;
    /** The job's folder in the archive. */
    readonly folder: string;
    /** ISO 8601. */
    readonly settledAt: string;
    /** When retention removes the archived documents, by the setting of that time; ISO 8601. Absent: never. */
    readonly archivedUntil?: string;
    /** The final change has no confirmation URL, or none was reported: the entry is settled for good. */
    readonly nothingToConfirm?: true;
    /** Where to delete the service's documents: from the final change, or else the job's own URL. */
    readonly deleteDocumentsUrl?: string;
  };
  /** When the final change was confirmed, ISO 8601. */
  readonly confirmedAt?: string;
  /** When the service's documents were deleted at our request, ISO 8601. */
  readonly documentsDeletedAt?: string;
  /** Emails about the job, in their order. */
  readonly emails?: readonly RecordedEmail[];
  /** Retention has begun to remove the archived documents; the receipt stays. */
  readonly archiveRemoval?: ArchiveRemoval;
  /** The erasure of the job has begun. */
  readonly erasing?: RecordedErasure;
  /** The job is erased: the entry holds no personal data, and keeps the reference from being used again. */
  readonly erased?: RecordedErasure;
}

/** An email to the person who made the job. It is claimed before it is sent, and never sent again after that. */
export interface RecordedEmail {
  /** Distinguishes the emails of the job; no personal data. */
  readonly email: string;
  /** Distinguishes the attempts to send it. Absent in entries of earlier versions. */
  readonly claim?: string;
  /** ISO 8601. */
  readonly claimedAt: string;
  /** When the mail server accepted it, ISO 8601. Absent: it is being sent, or it is unknown whether it was sent. */
  readonly sentAt?: string;
}

/** The removal of a job's archived documents by retention. */
export interface ArchiveRemoval {
  /** When it began, ISO 8601. It is recorded before the first file is removed. */
  readonly at: string;
  /** Files are left, because of a legal hold or a lock of the store. A later run continues. */
  readonly incomplete?: true;
  /** The store refuses the deletion of a file before this time, ISO 8601. */
  readonly retainedUntil?: string;
}

/** An erasure, with the ids of the second jobs that it also concerns. */
export interface RecordedErasure extends Erasure {
  readonly duplicates: readonly string[];
  /** A few bits about the signers, to recognise a second job that is reported later. Absent if there can be none. */
  readonly signersCheck?: string;
}

const KNOWN_ATTEMPT_OUTCOMES = ['CREATED', 'REFUSED'];

/** Whether it is unknown if an attempt created a job. */
export function isAmbiguous({ outcome }: SendingAttempt): boolean {
  return outcome !== undefined && !KNOWN_ATTEMPT_OUTCOMES.includes(outcome);
}

/** Names an entry. */
export type LedgerKey = Pick<LedgerEntry, 'organizationNumber' | 'reference'>;

/** Names an entry as storage does. */
export interface ReferenceDigest {
  /** The organisation number, encoded as a path name. */
  readonly organization: string;
  /** The digest of the reference. */
  readonly name: string;
}

/** What a claim records about a reference. */
export type LedgerClaim = Pick<
  LedgerEntry,
  'organizationNumber' | 'reference' | 'flow' | 'pollingQueue' | 'documents' | 'batch'
> &
  Required<Pick<LedgerEntry, 'contentDigest' | 'input'>>;

/** The second argument of {@link ReferenceLedger.claim}. */
export interface ClaimEntryOptions {
  /** Returns a withdrawn entry as it is. @default false: reopens it, and takes over corrected content */
  readonly leaveWithdrawn?: boolean;
  /** Writes a revision also of the batch's own open entry that was not sent, so that a withdrawal that has read it fails. @default false */
  readonly renew?: boolean;
}

/** Members that may change after the claim. */
export type LedgerProgress = Pick<
  LedgerEntry,
  | 'attempts'
  | 'created'
  | 'settled'
  | 'abandoned'
  | 'confirmedAt'
  | 'documentsDeletedAt'
  | 'emails'
  | 'archiveRemoval'
  | 'erasing'
>;

/** The argument of {@link ReferenceLedger.unsettled}. */
export interface UnsettledOptions {
  /** Lists entries after this position. @default all */
  readonly after?: string;
  /** Also lists abandoned entries whose job may turn out to have been created. @default false */
  readonly doubtful?: boolean;
  /** Entries that are read at the same time, ahead of the one that is returned. @default 1: each is as new as possible */
  readonly atOnce?: number;
}

/**
 * Records the owner of each reference before the first request to the service: claimed → sending(attempt) → created →
 * settled → confirmed. Every step is synced to disk before the call returns.
 */
export interface ReferenceLedger {
  /**
   * Claims a reference for this content. Repeated with the same content it returns the existing entry, and reopens an
   * abandoned one.
   * @throws REFERENCE_IN_USE when the reference belongs to other content, JOB_ERASED, STORED_CONTENT_DAMAGED, STORAGE_UNAVAILABLE
   *   (retryable), LEDGER_CONFLICT (retryable) when other processes keep writing it
   */
  claim(claim: LedgerClaim, options?: ClaimEntryOptions): Promise<LedgerEntry>;
  /** @throws STORED_CONTENT_DAMAGED, STORAGE_UNAVAILABLE (retryable) */
  find(key: LedgerKey): Promise<LedgerEntry | undefined>;
  /** As {@link find}, where the reference itself cannot be read. @throws STORED_CONTENT_DAMAGED, STORAGE_UNAVAILABLE (retryable) */
  findByDigest(digest: ReferenceDigest): Promise<LedgerEntry | undefined>;
  /**
   * Finds the entry with this `created.signatureJobId`, as soon as `created` is readable.
   * @throws STORED_CONTENT_DAMAGED, STORAGE_UNAVAILABLE (retryable)
   */
  findByJobId(
    organizationNumber: string,
    flow: Flow,
    signatureJobId: string,
  ): Promise<LedgerEntry | undefined>;
  /**
   * Writes the next revision of an entry, unless another process did so since it was read.
   * @throws LEDGER_CONFLICT (retryable: read again), STORAGE_UNAVAILABLE (retryable)
   */
  advance(entry: LedgerEntry, progress: Partial<LedgerProgress>): Promise<LedgerEntry>;
  /**
   * Writes the revision of an erased job, then removes the earlier revisions. Safe to repeat.
   * @param left documents of the entry that are not removed yet
   * @returns revisions that the store retains
   * @throws LEDGER_CONFLICT (retryable: read again), STORAGE_UNAVAILABLE (retryable)
   */
  erase(
    entry: LedgerEntry,
    erasure: RecordedErasure,
    left: LedgerEntry['documents'],
  ): Promise<readonly RetainedFile[]>;
  /**
   * Lists the unsettled entries of every organisation, from the claim until the entry is settled and its final change
   * confirmed. Skips abandoned entries unless asked for. Damaged entries are reported as such.
   * @throws STORAGE_UNAVAILABLE (retryable)
   */
  unsettled(options?: UnsettledOptions): AsyncIterable<UnsettledReference>;
}
