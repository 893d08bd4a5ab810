import type {
  ArchiveLocation,
  DeletionAlarm,
  OpenState,
  SigningDescription,
  SigningOutcome,
  SigningResult,
  SigningState,
} from '@signering/contract';
import { SIGNING_OUTCOMES } from '@signering/schema';
import type { JobFailure } from './errors.js';
import type { JobHold } from './job-holds.js';

/** The result of a job. A rejected, expired or cancelled job is an outcome, not an error. */
export type JobResult = Omit<SigningResult, 'version'> & {
  /** When retention removed the documents of `archive` from the archive, ISO 8601. Absent: they are there. */
  readonly documentsRemovedAt?: string;
};

/** What every job has, whether it runs, has ended or its process failed. */
export type DescribedJob = Omit<
  SigningDescription,
  'version' | 'state' | 'waitingFor' | 'deadline' | 'needsOperator' | 'deletionAlarm'
> & {
  /** While the job has a legal hold, nothing of it is deleted. Absent where it has none, or storage is unavailable. */
  readonly hold?: JobHold;
};

/** A job whose signing process runs: it has no outcome yet. */
export interface RunningJob extends DescribedJob {
  readonly status: 'RUNNING';
  /** What the process does now. UNKNOWN: a worker of a later version wrote the word in `stateText`. */
  readonly state: OpenState | 'UNKNOWN';
  /** Numbers of the signers who can sign now and have not. */
  readonly waitingFor: readonly number[];
  /**
   * When the time to sign runs out for the signers who can sign now, ISO 8601. A hint only: it can be extended at the
   * service. Absent until the job is created.
   */
  readonly deadline?: string;
  /** What an operator must decide, in one sentence. */
  readonly needsOperator?: string;
  /** Present from 30 days after the first signature while the signatures are not archived. */
  readonly deletionAlarm?: DeletionAlarm;
}

/** A job that has an outcome, with what was archived of it. Rejected, expired and cancelled jobs are ended jobs too. */
export interface EndedJob extends DescribedJob {
  readonly status: 'ENDED';
  /** When the process ended, ISO 8601. Where only the archive knows the job: when everything was archived. */
  readonly endedAt: string;
  /** How the job ended; the same word as `state`. FAILED is an outcome of the service, with the reason in `signers`. */
  readonly outcome: SigningOutcome | 'UNKNOWN';
  /** The outcome as it was written, when this version does not know it. */
  readonly outcomeText?: string;
  readonly state: SigningOutcome | 'UNKNOWN';
  /** The job at the service that the outcome belongs to. */
  readonly signatureJobId: string;
  /** The archived documents, with the result of their check; `signedDocument` reads them. Empty when nothing was signed. */
  readonly archive: ArchiveLocation;
  /**
   * When retention removes the documents from the archive, by the setting of the time when the job ended; ISO 8601. Absent:
   * they are kept.
   */
  readonly archivedUntil?: string;
  /** When retention removed the documents from the archive, ISO 8601. Absent: they are there. */
  readonly documentsRemovedAt?: string;
}

/**
 * A job whose signing process failed, or was terminated in Temporal, before it had an outcome. It does not continue by
 * itself: correct the cause, then send the same job again. Signers may still sign a job that was created.
 */
export interface ProcessFailedJob extends DescribedJob {
  readonly status: 'PROCESS_FAILED';
  /** What the process did last. */
  readonly state: OpenState | 'UNKNOWN';
  /** When the process failed, ISO 8601. */
  readonly endedAt: string;
  /** When the time to sign runs out at the service, where the job was created. */
  readonly deadline?: string;
  /** Why the process failed. */
  readonly failure: JobFailure;
}

/**
 * Where a job stands. Branch on `status`: a job that is RUNNING has signers to wait for, one that has ENDED has its
 * `outcome` and its `archive`, and one with PROCESS_FAILED has its `failure`.
 *
 * The other members describe the last state. `steps` is empty where Temporal has forgotten the job; `signers` and `steps` of a job with
 * PROCESS_FAILED are empty where no worker answers, and `decisions` and `ambiguousCreate` absent; `metadata` is there where
 * this process has the key of the job's input.
 */
export type JobDescription = RunningJob | EndedJob | ProcessFailedJob;

/** An ended job, described by its result. */
export function describeResult({ outcome, archive, ...result }: JobResult): EndedJob {
  return {
    ...result,
    status: 'ENDED',
    state: outcome,
    ...(result.outcomeText !== undefined && { stateText: result.outcomeText }),
    outcome,
    archive,
  };
}

/** Whether a state is no outcome. */
export function isOpenState(state: SigningState | 'UNKNOWN'): state is OpenState | 'UNKNOWN' {
  return !SIGNING_OUTCOMES.some((outcome) => outcome === state);
}
