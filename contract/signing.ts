import type { JobStatus, KnownSignerStatus } from '@signering/schema';
import { queryNamed, updateNamed } from './definitions.js';
import type { DocumentCheck } from './document-check.js';
import type { Flow } from './names.js';

/**
 * Where a signing stands. The last six are outcomes; NOT_REPORTED: the time ran out and no signer came back, so nobody
 * can ask whether they signed (direct flow).
 */
export const SIGNING_STATES = [
  'CREATING',
  'CREATE_AMBIGUOUS',
  'WAITING_FOR_SIGNERS',
  'OVERDUE',
  'ARCHIVING',
  'ARCHIVE_BROKEN',
  'CONFIRMING',
  'SIGNED',
  'REJECTED',
  'EXPIRED',
  'CANCELLED',
  'FAILED',
  'NOT_REPORTED',
] as const;
/** Where a signing stands; see {@link SIGNING_STATES}. */
export type SigningState = (typeof SIGNING_STATES)[number];
/** How a signing has ended. */
export type SigningOutcome = Extract<
  SigningState,
  'SIGNED' | 'REJECTED' | 'EXPIRED' | 'CANCELLED' | 'FAILED' | 'NOT_REPORTED'
>;

/** A signer as others may see them: numbered as in the request, identity masked. */
export interface SignerProgress {
  /** Counts from 1, in the order of the request. */
  readonly signer: number;
  /** Enough to tell signers apart: a masked identity number or address, or the sender's own identifier. */
  readonly maskedIdentifier: string;
  readonly order: number;
  readonly status: KnownSignerStatus | 'UNKNOWN';
  /** The service's own word, where it is none that this release knows. */
  readonly statusText?: string;
  /** When the act behind the status happened, `xs:dateTime` as the service gave it. */
  readonly since?: string;
}

/** A document that came back and is in the archive. */
export interface ArchivedDocument {
  /** The file's name in the job's archive folder: `signed.pdf`, `xades-1.xml` … */
  readonly name: string;
  readonly sha256: string;
  /** In bytes. */
  readonly size: number;
  readonly check: DocumentCheck;
  /** An operator accepted these bytes although the check found them BROKEN. */
  readonly accepted?: OperatorAcceptance;
}

/** An operator's decision to archive bytes that are judged BROKEN. Identity numbers in its texts are masked. */
export interface OperatorAcceptance {
  /** The operator's name or user name. */
  readonly by: string;
  readonly reason: string;
  /** ISO 8601. */
  readonly at: string;
}

/** One attempt to create the job of which nobody knows whether it did. */
export interface AmbiguousAttempt {
  /** Counts from 1. */
  readonly attempt: number;
  /** ISO 8601. */
  readonly startedAt: string;
  /** What went wrong, in one sentence without personal data. */
  readonly reason: string;
}

/** What is known about attempts that may have made a second job. */
export interface AmbiguousCreate {
  readonly attempts: readonly AmbiguousAttempt[];
  /** Other jobs that came of them, as far as they have surfaced in the queue. */
  readonly duplicates: readonly DuplicateJob[];
}

/** A second job under our reference and with our signers, which an attempt in doubt has made. */
export interface DuplicateJob {
  readonly signatureJobId: string;
  readonly status: JobStatus;
  /** How many have signed it. */
  readonly signatures: number;
  /** Whether we have withdrawn it, so that nobody signs it any more; TOO_LATE: it had ended before. */
  readonly withdrawn?: CancelAnswer['result'];
}

/** One step of the process, for people who ask where the time went. */
export interface SigningStep {
  readonly step: 'CREATE' | 'WAIT' | 'ARCHIVE' | 'CONFIRM';
  /** ISO 8601. */
  readonly startedAt: string;
  /** ISO 8601; absent while the step is under way. */
  readonly endedAt?: string;
}

/** The answer of the query `describe`. */
export interface SigningDescription {
  readonly version: 1;
  readonly flow: Flow;
  readonly organizationNumber: string;
  readonly reference: string;
  readonly state: SigningState;
  readonly signatureJobId?: string;
  /** When the group that is waited for runs out of time, ISO 8601; people may extend it at the service: a hint. */
  readonly deadline?: string;
  readonly signers: readonly SignerProgress[];
  /** Numbers of the signers who may sign now and have not. */
  readonly waitingFor: readonly number[];
  readonly steps: readonly SigningStep[];
  readonly ambiguousCreate?: AmbiguousCreate;
  /** What an operator has to settle, in one sentence. */
  readonly needsOperator?: string;
}

/** The result of a signing workflow. A rejected, expired or cancelled job is an outcome, no error. */
export interface SigningResult {
  readonly version: 1;
  readonly flow: Flow;
  readonly organizationNumber: string;
  readonly reference: string;
  /** Of the job that the outcome is of: a duplicate's, where that was signed by all and the recorded one was not. */
  readonly signatureJobId: string;
  readonly outcome: SigningOutcome;
  readonly signers: readonly SignerProgress[];
  readonly archive: ArchiveLocation;
  readonly steps: readonly SigningStep[];
  readonly ambiguousCreate?: AmbiguousCreate;
}

/** What the archive holds of a job. */
export interface ArchiveLocation {
  /** The job's folder, relative to the archive's root. */
  readonly folder: string;
  /** Without `receipt.json` itself. */
  readonly documents: readonly ArchivedDocument[];
}

/** The argument of the update `cancel`, in the portal flow: the direct flow knows no cancellation. */
export interface CancelInput {
  /** Why, for those who read the history; kept encrypted. */
  readonly reason: string;
}

/** The answer of the update `cancel`. */
export interface CancelAnswer {
  /** CANCELLED: the service took it, the outcome follows. TOO_LATE: the job had ended before; its outcome stands. */
  readonly result: 'CANCELLED' | 'TOO_LATE';
}

/** The argument of the update `answerAmbiguousCreate`, for jobs that wait in CREATE_AMBIGUOUS. */
export interface AmbiguousCreateAnswer {
  /** SEND_AGAIN may ask the signers twice; GIVE_UP ends the workflow with CREATE_ABANDONED. */
  readonly answer: 'SEND_AGAIN' | 'GIVE_UP';
}

/**
 * The argument of the update `acceptSignedDocuments`, for jobs that wait in ARCHIVE_BROKEN. Both texts are recorded in
 * the receipt, the history and the worker's log.
 */
export interface AcceptSignedDocumentsInput {
  /** The operator's name or user name, 1–100 characters. */
  readonly by: string;
  /** 1–500 characters. */
  readonly reason: string;
  /** Accepts only the document with this digest, lower-case hexadecimal. @default all that `needsOperator` names */
  readonly sha256?: string;
}

/** The argument of the signal `statusChange`: what the queue of the job's flow gave. */
export interface StatusChangeSignal<Change> {
  readonly change: Change;
}

export const describeQuery = queryNamed<SigningDescription>('describe');
export const cancelUpdate = updateNamed<CancelAnswer, [CancelInput]>('cancel');
export const answerAmbiguousCreateUpdate = updateNamed<void, [AmbiguousCreateAnswer]>(
  'answerAmbiguousCreate',
);
/** Archives and confirms the broken documents as they came, for jobs that wait in ARCHIVE_BROKEN. */
export const acceptSignedDocumentsUpdate = updateNamed<void, [AcceptSignedDocumentsInput]>(
  'acceptSignedDocuments',
);
/** Fetches the signed documents again, for jobs that wait in ARCHIVE_BROKEN. */
export const fetchAgainUpdate = updateNamed<void, [Record<string, never>]>('fetchAgain');
