import type { ArchiveLocation, SigningDescription, SigningResult } from '@signering/contract';
import type { SigningFailedError } from './errors.js';

/** Where a job stands, while it runs and long after. */
export interface JobDescription extends SigningDescription {
  /** What is in the archive, once the job has ended. */
  readonly archive?: ArchiveLocation;
  /** The job is there, but its process has failed and goes on no more: what a person has to repair. */
  readonly failure?: SigningFailedError;
}

/** An ended job, described by its result. */
export function describeResult({ outcome, archive, ...result }: SigningResult): JobDescription {
  return { ...result, state: outcome, waitingFor: [], archive };
}
