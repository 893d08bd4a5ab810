import type { CancelAnswer } from '@signering/contract';
import { isFinalJobStatus, type JobStatus } from '@signering/schema';

/** A job of a reference: the recorded one, or one that an ambiguous attempt made. */
export interface TwinJob {
  readonly signatureJobId: string;
  /** The one whose create answer was read. */
  readonly recorded: boolean;
  readonly status: JobStatus;
  /** How many signers have signed. */
  readonly signatures: number;
  /** What the service answered when we withdrew it. */
  readonly withdrawn?: CancelAnswer['result'];
}

/** The decision about the jobs of a reference. */
export interface Verdict {
  /** The job that is followed and gives the outcome. */
  readonly survivor: TwinJob;
  /** The jobs to withdraw now. */
  readonly withdraw: readonly TwinJob[];
  /** The outcome can no longer change. */
  readonly decided: boolean;
}

/**
 * Selects one job of a reference, so that signers sign an agreement once. A job signed by all wins, the recorded one
 * before others. Among live jobs the one with more signatures survives; a tie keeps the recorded one. If people ended
 * the recorded job, that is the outcome, unless another job was signed by all. The first of `jobs` is the recorded one.
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
  // The end of a job that we withdrew is not a decision of people.
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

/** It can no longer be signed by all, or has been. */
function isOver({ status, withdrawn }: TwinJob): boolean {
  return isFinalJobStatus(status) || withdrawn === 'CANCELLED';
}
