import { SIGNING_OUTCOMES, type JobStatus, type KnownSignerStatus } from '@signering/schema';
import { queryNamed, updateNamed } from './definitions.js';
import type { DocumentCheck } from './document-check.js';
import type { JobIdentity } from './job-identity.js';
import type { JobMetadata } from './metadata.js';

/** How a signing has ended. */
export type SigningOutcome = (typeof SIGNING_OUTCOMES)[number];

/** State of a signing that has no outcome yet. */
export const OPEN_STATES = [
  'CREATING',
  'CREATE_AMBIGUOUS',
  'WAITING_FOR_SIGNERS',
  'OVERDUE',
  'ARCHIVING',
  'ARCHIVE_BROKEN',
  'CONFIRMING',
] as const;
/** State of a signing that has no outcome yet. */
export type OpenState = (typeof OPEN_STATES)[number];

/**
 * State of a signing. The last six are outcomes. NOT_REPORTED (direct flow): the time ran out and no signer's browser
 * came back, so the status cannot be fetched and they may have signed.
 */
export const SIGNING_STATES = [...OPEN_STATES, ...SIGNING_OUTCOMES] as const;
/** State of a signing; see {@link SIGNING_STATES}. */
export type SigningState = (typeof SIGNING_STATES)[number];
/** A signer without personal data: numbered as in the request, identity masked. */
export interface SignerProgress {
  /** Counts from 1, in the order of the request. */
  readonly signer: number;
  /** Enough to tell signers apart: a masked identity number or address, or the sender's own identifier. */
  readonly maskedIdentifier: string;
  /** Signers with the same order sign in parallel, after all signers with a lower one. */
  readonly order: number;
  /** WAITING until the signer has acted, or the job has ended without them. */
  readonly status: KnownSignerStatus | 'UNKNOWN';
  /** The status as the service or a later version wrote it, when this version does not know it. */
  readonly statusText?: string;
  /** Time of the signer's action, ISO 8601, UTC with milliseconds. Absent where the service gave none with an offset. */
  readonly since?: string;
}

/** A signed document in the archive. */
export interface ArchivedDocument {
  /** The file's name in the job's archive folder: `signed.pdf`, `xades-1.xml` … */
  readonly name: string;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  /** In bytes. */
  readonly size: number;
  /** What the examination of its signatures found, before it was archived. */
  readonly check: DocumentCheck;
  /** An operator accepted these bytes although the check found them BROKEN. */
  readonly accepted?: OperatorAcceptance;
}

/** An operator's decision to archive bytes that the check found BROKEN. Identity numbers in its texts are masked. */
export interface OperatorAcceptance {
  /** The operator's name or user name. */
  readonly by: string;
  readonly reason: string;
  /** When the operator accepted them, ISO 8601. */
  readonly at: string;
}

/**
 * What people can order or decide about a job: CANCEL it; about broken documents FETCH_AGAIN or ACCEPT; about a create
 * call without an answer SEND_AGAIN or GIVE_UP.
 */
export const DECISIONS = ['CANCEL', 'FETCH_AGAIN', 'ACCEPT', 'SEND_AGAIN', 'GIVE_UP'] as const;

/** A person's decision that took effect. Identity numbers in its texts are masked. */
export interface RecordedDecision {
  readonly decision: (typeof DECISIONS)[number] | 'UNKNOWN';
  /** The decision as it was written, when this version does not know it. */
  readonly decisionText?: string;
  /** The person's name or user name. Absent when the caller named none. */
  readonly by?: string;
  readonly reason?: string;
  /** When it took effect, ISO 8601. */
  readonly at: string;
}

/** Who decides, and why: part of the arguments of updates. Recorded in the receipt and, encrypted, in the history. */
export interface DecidedBy {
  /** The person's name or user name: 1–100 characters. */
  readonly by?: string;
  /** 1–500 characters, without personal data. */
  readonly reason?: string;
}

/** One attempt to create the job whose outcome is unknown. */
export interface AmbiguousAttempt {
  /** Counts from 1. */
  readonly attempt: number;
  /** When the worker began to send the job, ISO 8601. */
  readonly startedAt: string;
  /** What went wrong, in one sentence without personal data. */
  readonly reason: string;
}

/** Attempts that may have created a second job. */
export interface AmbiguousCreate {
  readonly attempts: readonly AmbiguousAttempt[];
  /** Other jobs that they created, as far as the queue has reported them. */
  readonly duplicates: readonly DuplicateJob[];
}

/** A second job with our reference and signers, created by an ambiguous attempt. */
export interface DuplicateJob {
  readonly signatureJobId: string;
  readonly status: JobStatus | 'UNKNOWN';
  /** The status as it was written, when this version does not know it. */
  readonly statusText?: string;
  /** Number of signers who have signed it. */
  readonly signatures: number;
  /**
   * CANCELLED: we cancelled it, so that it can no longer be signed. TOO_LATE: it had already ended. Absent: not
   * cancelled.
   */
  readonly withdrawn?: CancelAnswer['result'];
  /** What became of the cancellation, as it was written, when this version does not know it. */
  readonly withdrawnText?: string;
}

/** The steps of the process. */
export const SIGNING_STEPS = ['CREATE', 'WAIT', 'ARCHIVE', 'CONFIRM'] as const;

/** One step of the process, with its duration. */
export interface SigningStep {
  readonly step: (typeof SIGNING_STEPS)[number] | 'UNKNOWN';
  /** The step as it was written, when this version does not know it. */
  readonly stepText?: string;
  /** When the step began, ISO 8601. */
  readonly startedAt: string;
  /** When it ended, ISO 8601; absent while the step is under way. */
  readonly endedAt?: string;
}

/** The identity of a job in an answer. */
export interface AnsweredIdentity extends Omit<JobIdentity, 'flow'> {
  readonly flow: JobIdentity['flow'] | 'UNKNOWN';
  /** The flow as it was written, when this version does not know it. */
  readonly flowText?: string;
}

/** Signatures are not archived, and the service deletes them soon. */
export interface DeletionAlarm {
  /** When the service deletes the first signature, ISO 8601. */
  readonly serviceKeepsUntil: string;
  /** Days from the first signature to the newest alarm: 30, or 37. */
  readonly raisedAfterDays: number;
}

/** The answer of the query `describe`. */
export interface SigningDescription extends AnsweredIdentity {
  readonly version: 1;
  /** When the process started, ISO 8601. */
  readonly startedAt: string;
  readonly state: SigningState | 'UNKNOWN';
  /** The state as it was written, when this version does not know it. */
  readonly stateText?: string;
  readonly signatureJobId?: string;
  /**
   * When the time to sign runs out for the signers who can sign now, ISO 8601. A hint only: it can be extended at the
   * service. Absent until the job is created.
   */
  readonly deadline?: string;
  readonly signers: readonly SignerProgress[];
  /** Numbers of the signers who can sign now and have not. */
  readonly waitingFor: readonly number[];
  readonly steps: readonly SigningStep[];
  /** Present if an attempt to create the job got no answer that says whether it was created. */
  readonly ambiguousCreate?: AmbiguousCreate;
  /** What people decided about the job, in order. Absent when they decided nothing. */
  readonly decisions?: readonly RecordedDecision[];
  /** What an operator must decide, in one sentence. */
  readonly needsOperator?: string;
  /** Present from 30 days after the first signature while the signatures are not archived. */
  readonly deletionAlarm?: DeletionAlarm;
  /** The sender's own, as in the request; absent: none. May be personal. */
  readonly metadata?: JobMetadata;
}

/** The result of a signing workflow. A rejected, expired or cancelled job is an outcome, not an error. */
export interface SigningResult extends AnsweredIdentity {
  readonly version: 1;
  /** When the process started, ISO 8601. */
  readonly startedAt: string;
  /** When the process ended, ISO 8601. Where only the archive knows the job: when everything was archived. */
  readonly endedAt: string;
  /**
   * The job that the outcome belongs to: the recorded job, or a duplicate that all signers signed when the recorded
   * one was not.
   */
  readonly signatureJobId: string;
  /** How the job ended. FAILED: at the service, with the reason in `signers`. */
  readonly outcome: SigningOutcome | 'UNKNOWN';
  /** The outcome as it was written, when this version does not know it. */
  readonly outcomeText?: string;
  readonly signers: readonly SignerProgress[];
  readonly archive: ArchiveLocation;
  readonly steps: readonly SigningStep[];
  /** Present if an attempt to create the job got no answer that says whether it was created. */
  readonly ambiguousCreate?: AmbiguousCreate;
  /** The sender's own, as in the request; absent: none. May be personal. */
  readonly metadata?: JobMetadata;
  /** What people decided about the job, in order. Absent when they decided nothing. */
  readonly decisions?: readonly RecordedDecision[];
  /**
   * When retention removes the documents from the archive, by the setting of the time when the job ended; ISO 8601. Absent:
   * they are kept.
   */
  readonly archivedUntil?: string;
}

/** The job's documents in the archive. */
export interface ArchiveLocation {
  /** The job's folder, relative to the archive's root. */
  readonly folder: string;
  /** When everything was archived, ISO 8601. */
  readonly archivedAt: string;
  /** Without `receipt.json` itself. */
  readonly documents: readonly ArchivedDocument[];
}

/** The argument of the update `cancel` (portal flow; the direct flow has no cancellation). */
export interface CancelInput extends DecidedBy {
  readonly reason: string;
  /** One of many cancellations: the call to the service goes behind those that people wait for. @default it goes first */
  readonly bulk?: true;
}

/** What a cancellation can result in. */
export const CANCEL_RESULTS = ['CANCELLED', 'TOO_LATE'] as const;

/** The answer of the update `cancel`. */
export interface CancelAnswer {
  /**
   * CANCELLED: the service accepted it and the outcome follows. TOO_LATE: the job had already ended and its outcome
   * stands.
   */
  readonly result: (typeof CANCEL_RESULTS)[number] | 'UNKNOWN';
  /** The result as it was written, when this version does not know it. */
  readonly resultText?: string;
}

/** The argument of the update `answerAmbiguousCreate`, for jobs that wait in CREATE_AMBIGUOUS. */
export interface AmbiguousCreateAnswer extends DecidedBy {
  /** SEND_AGAIN may notify the signers twice; GIVE_UP ends the workflow with CREATE_ABANDONED. */
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

/** The argument of the signal `statusChange`: a change that the poller fetched from the job's queue. */
export interface StatusChangeSignal<Change> {
  readonly change: Change;
}

export const describeQuery = queryNamed<SigningDescription>('describe');
export const cancelUpdate = updateNamed<CancelAnswer, [CancelInput]>('cancel');
export const answerAmbiguousCreateUpdate = updateNamed<void, [AmbiguousCreateAnswer]>(
  'answerAmbiguousCreate',
);
/** Archives and confirms the broken documents as received, for jobs that wait in ARCHIVE_BROKEN. */
export const acceptSignedDocumentsUpdate = updateNamed<void, [AcceptSignedDocumentsInput]>(
  'acceptSignedDocuments',
);
/** Fetches the signed documents again, for jobs that wait in ARCHIVE_BROKEN. */
export const fetchAgainUpdate = updateNamed<void, [DecidedBy]>('fetchAgain');
