import type { JobDescription } from '@signering/client';
import { ruleOfErrorCode, SigningError } from '@signering/schema';

/**
 * The exit code of a command. 75 (EX_TEMPFAIL of sysexits.h): repeating the command may help. 2: the caller has to
 * correct input or settings. 1: anything else, such as a bug. 3: a signed document is BROKEN.
 */
export const EXIT_CODES = { done: 0, ours: 1, callers: 2, brokenEvidence: 3, temporary: 75 } as const;

/** The exit code for what a command threw. */
export function exitCodeOf(error: unknown): number {
  if (!(error instanceof SigningError)) return EXIT_CODES.ours;
  if (error.retryable) return EXIT_CODES.temporary;
  return ruleOfErrorCode(error.code).correctable ? EXIT_CODES.callers : EXIT_CODES.ours;
}

/**
 * The signing process of a job has failed. By name, because the class comes with Temporal's SDK, which takes most of a
 * second to load.
 */
export function isProcessFailure(error: unknown): boolean {
  return error instanceof SigningError && error.name === 'SigningFailedError';
}

/** The exit code of `--exit-status` for a job that runs, that has failed, or whose outcome this version does not know. */
export const JOB_EXIT_CODES = { running: 10, processFailed: 16, unknown: 17 } as const;

const OUTCOME_EXIT_CODES: Readonly<Record<string, number>> = {
  SIGNED: EXIT_CODES.done,
  REJECTED: 11,
  EXPIRED: 12,
  CANCELLED: 13,
  FAILED: 14,
  NOT_REPORTED: 15,
};

/** The exit code of `--exit-status` for an outcome. */
export function exitCodeOfOutcome(outcome: string): number {
  return OUTCOME_EXIT_CODES[outcome] ?? JOB_EXIT_CODES.unknown;
}

/** The exit code of `--exit-status` for a job. */
export function exitCodeOfJob(job: JobDescription): number {
  if (job.status === 'RUNNING') return JOB_EXIT_CODES.running;
  return job.status === 'ENDED' ? exitCodeOfOutcome(job.outcome) : JOB_EXIT_CODES.processFailed;
}

/** The exit codes of `--exit-status`, for the help of `status` and `watch`. */
export const JOB_EXIT_CODES_HELP = `
With --exit-status, the exit code says where the job stands:
  0   signed by all
  10  not ended (status only)
  11  rejected
  12  expired
  13  cancelled
  14  the signing failed at the service
  15  no signer returned in time
  16  its signing process failed or was terminated
  17  an outcome of a later version
Failures of the command keep their own codes: 1, 2 and 75.`;
