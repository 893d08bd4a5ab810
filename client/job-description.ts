import type { ArchiveLocation, SigningDescription, SigningResult } from '@signering/contract';
import type { SigningFailedError } from './errors.js';

/** The state of a job, during and after its workflow. */
export interface JobDescription extends SigningDescription {
  /** What is in the archive, once the job has ended. */
  readonly archive?: ArchiveLocation;
  /** Set if the job's workflow has failed: what an operator must repair. */
  readonly failure?: SigningFailedError;
}

/** An ended job, described by its result. */
export function describeResult({ outcome, archive, ...result }: SigningResult): JobDescription {
  return { ...result, state: outcome, waitingFor: [], archive };
}
