import { handedOutVersion, isSettled, latestVersion, settledVersion } from './job-status.js';
import type { SandboxJob } from './job.js';

/** Time until an unconfirmed status change is delivered again. Spec: the flow pages' ten minutes. */
const REDELIVERY_MS = 10 * 60 * 1000;

/**
 * True if the next poll of the job's queue may deliver it: its state is unconfirmed, and was not delivered in the last
 * ten minutes. A new change can be delivered immediately.
 */
export function isInQueue(job: SandboxJob, now: Date): boolean {
  if (job.handOuts.at(-1)?.comesAgain === true && !isSettled(job)) return true;
  if (latestVersion(job) <= settledVersion(job)) return false;
  if (handedOutVersion(job) < latestVersion(job)) return true;
  const last = job.handOuts.at(-1);
  return last !== undefined && Date.parse(last.at) + REDELIVERY_MS <= now.getTime();
}

/** The job whose change has waited longest. */
export function firstInQueue(jobs: readonly SandboxJob[], now: Date): SandboxJob | undefined {
  return jobs
    .filter((job) => isInQueue(job, now))
    .sort((one, other) => waitingSince(one) - waitingSince(other))[0];
}

/** Makes the next poll deliver the last state again, even if it is confirmed before. */
export function comeAgain(job: SandboxJob): SandboxJob {
  const last = job.handOuts.at(-1);
  if (last === undefined) return job;
  return { ...job, handOuts: [...job.handOuts.slice(0, -1), { ...last, comesAgain: true }] };
}

/** Records a delivery of the job's state. */
export function handOut(job: SandboxJob, now: Date): SandboxJob {
  return { ...job, handOuts: [...job.handOuts, eventNow(latestVersion(job), now)] };
}

/**
 * Confirms the last delivered state, because the URL identifies the job and not the state. A late confirmation of an
 * earlier state therefore confirms a later one that was delivered meanwhile, but never an undelivered one.
 */
export function confirm(job: SandboxJob, now: Date): SandboxJob {
  const version = handedOutVersion(job);
  if (version === 0 || isSettled(job)) return job;
  return { ...job, confirmations: [...job.confirmations, eventNow(version, now)] };
}

function eventNow(version: number, now: Date) {
  return { version, at: now.toISOString(), realAt: new Date().toISOString() };
}

function waitingSince(job: SandboxJob): number {
  return Date.parse(job.changes.at(-1)?.at ?? job.createdAt);
}
