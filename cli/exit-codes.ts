import type { JobDescription, JobResult } from '@signering/client';
import type { SigningOutcome } from '@signering/contract';
import { ruleOfErrorCode, SIGNING_OUTCOMES, SigningError } from '@signering/schema';

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
function isProcessFailure(error: unknown): boolean {
  return error instanceof SigningError && error.name === 'SigningFailedError';
}

/** The exit codes of `--exit-status`, with their meaning in the help. The names of outcomes are theirs. */
const JOB_EXITS = {
  SIGNED: [EXIT_CODES.done, 'signed by all'],
  running: [10, 'not ended (status only)'],
  REJECTED: [11, 'rejected'],
  EXPIRED: [12, 'expired'],
  CANCELLED: [13, 'cancelled'],
  FAILED: [14, 'the signing failed at the service'],
  NOT_REPORTED: [15, 'no signer returned in time'],
  processFailed: [16, 'its signing process failed or was terminated'],
  unknown: [17, 'an outcome of a later version'],
} as const satisfies Readonly<
  Record<SigningOutcome | 'running' | 'processFailed' | 'unknown', readonly [code: number, meaning: string]>
>;

/** The exit code of `--exit-status` for an outcome. */
export function exitCodeOfOutcome(outcome: string): number {
  const known = SIGNING_OUTCOMES.find((one) => one === outcome) ?? 'unknown';
  return JOB_EXITS[known][0];
}

/** The exit code of `--exit-status` for a job. */
export function exitCodeOfJob(job: JobDescription): number {
  if (job.status === 'RUNNING') return JOB_EXITS.running[0];
  return job.status === 'ENDED' ? exitCodeOfOutcome(job.outcome) : JOB_EXITS.processFailed[0];
}

/** Follows a job for `--exit-status`, whose exit code says how the job ended. */
export async function exitingByOutcome(followed: Promise<JobResult>): Promise<JobResult> {
  try {
    const result = await followed;
    process.exitCode = exitCodeOfOutcome(result.outcome);
    return result;
  } catch (error) {
    if (isProcessFailure(error)) process.exitCode = JOB_EXITS.processFailed[0];
    throw error;
  }
}

/** The exit codes of `--exit-status`, for the help of commands that have it. */
export const JOB_EXIT_CODES_HELP = `
With --exit-status, the exit code says where the job stands:
${Object.values(JOB_EXITS)
  .map(([code, meaning]) => `  ${String(code).padEnd(2)}  ${meaning}`)
  .join('\n')}
Failures of the command keep their own codes: 1, 2 and 75.`;
