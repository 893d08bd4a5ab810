import type { CancelAnswer } from '@signering/contract';
import { isFinalJobStatus, type JobStatus } from '@signering/schema';

/** A job under one reference: the recorded one, or one that an attempt in doubt has made. */
export interface TwinJob {
  readonly signatureJobId: string;
  /** The one whose create answer was read. */
  readonly recorded: boolean;
  readonly status: JobStatus;
  /** How many have signed it. */
  readonly signatures: number;
  /** What the service answered when we withdrew it. */
  readonly withdrawn?: CancelAnswer['result'];
}

/** What becomes of the jobs under one reference. */
export interface Verdict {
  /** The job that is followed, and whose outcome is the outcome. */
  readonly survivor: TwinJob;
  /** The jobs to withdraw now. */
  readonly withdraw: readonly TwinJob[];
  /** Whether nothing can change the outcome any more. */
  readonly decided: boolean;
}

/**
 * One agreement is to be signed once. A job signed by all wins, the recorded one before others; else, while they are
 * live, the one with more signatures survives, and a tie keeps the recorded one. How people have ended the recorded
 * job is the outcome, unless another one was signed by all. The first of `jobs` is the recorded one.
 */
export function judgeTwins(jobs: readonly [TwinJob, ...TwinJob[]]): Verdict {
  const [recorded] = jobs;
  const survivor = survivorOf(jobs);
  const others = jobs.filter((job) => job !== survivor);
  const withdraw = others.filter((job) => !isFinalJobStatus(job.status) && job.withdrawn === undefined);
  const rivals = isSignedByAll(survivor) ? others.filter((job) => job === recorded) : others;
  const decided = isFinalJobStatus(survivor.status) && rivals.every(isOver);
  return { survivor, withdraw, decided };
}

function survivorOf(jobs: readonly [TwinJob, ...TwinJob[]]): TwinJob {
  const signedByAll = jobs.find(isSignedByAll);
  if (signedByAll !== undefined) return signedByAll;
  // What we have withdrawn says nothing about what people wanted.
  const candidates = jobs.filter(({ withdrawn }) => withdrawn === undefined);
  const endedByPeople = candidates.find(({ recorded, status }) => recorded && isFinalJobStatus(status));
  if (endedByPeople !== undefined) return endedByPeople;
  const live = candidates.filter(({ status }) => !isFinalJobStatus(status));
  const [first = jobs[0], ...rest] = live.length > 0 ? live : candidates;
  return rest.reduce((best, job) => (job.signatures > best.signatures ? job : best), first);
}

function isSignedByAll({ status }: TwinJob): boolean {
  return status === 'COMPLETED_SUCCESSFULLY';
}

/** It cannot be signed by all any more, or has been. */
function isOver({ status, withdrawn }: TwinJob): boolean {
  return isFinalJobStatus(status) || withdrawn === 'CANCELLED';
}
