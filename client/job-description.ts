import type {
  ArchiveLocation,
  OpenState,
  SigningDescription,
  SigningOutcome,
  SigningResult,
} from '@signering/contract';
import type { JobFailure } from './errors.js';

/** What every job has, whether it runs, has ended or its process failed. */
export type DescribedJob = Omit<SigningDescription, 'state'>;

/** A job whose signing process runs: it has no outcome yet. */
export interface RunningJob extends DescribedJob {
  readonly status: 'RUNNING';
  /** What the process does now. UNKNOWN: a worker of a later version wrote the word in `stateText`. */
  readonly state: OpenState | 'UNKNOWN';
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
}

/**
 * A job whose signing process failed, or was terminated in Temporal, before it had an outcome. It does not continue by
 * itself: correct the cause, then send the same job again. Signers may still sign a job that was created.
 */
export interface ProcessFailedJob extends DescribedJob {
  readonly status: 'PROCESS_FAILED';
  /** What the process did last. */
  readonly state: OpenState | 'UNKNOWN';
  /** Why the process failed. */
  readonly failure: JobFailure;
}

/**
 * Where a job stands. Branch on `status`: a job that is RUNNING has signers to wait for, one that has ENDED has its
 * `outcome` and its `archive`, and one with PROCESS_FAILED has its `failure`.
 *
 * The other members describe the last state. `waitingFor` is empty and `deadline` absent once the job has ended; only a job that is
 * RUNNING has `needsOperator`. `steps` is empty where Temporal has forgotten the job; `signers` and `steps` of a job with
 * PROCESS_FAILED are empty where no worker answers.
 */
export type JobDescription = RunningJob | EndedJob | ProcessFailedJob;

/** An ended job, described by its result. */
export function describeResult({ outcome, archive, ...result }: SigningResult): EndedJob {
  return {
    ...result,
    status: 'ENDED',
    state: outcome,
    ...(result.outcomeText !== undefined && { stateText: result.outcomeText }),
    outcome,
    waitingFor: [],
    archive,
  };
}
