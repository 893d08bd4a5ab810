import type { PortalJobContent, SignerProgress } from '@signering/contract';
import { DAY_MS, DEFAULT_AVAILABLE_SECONDS } from '@signering/schema';

const SECOND_MS = 1000;

/** How long its queue is followed after the latest end of a job: time for re-deliveries and late confirmations. */
export const FOLLOW_AFTER_END_MS = 7 * DAY_MS;

/** Grace period between the deadline and OVERDUE, in milliseconds: the queue is slow. */
export const OVERDUE_MARGIN_MS = 60 * 60 * SECOND_MS;

/**
 * The longest that a job may last, in milliseconds from its creation: ten years. A job lasts at most a year until its
 * activation and 90 days for each of ten groups, unless people extend it. Later times from an input or the service are
 * cut off: a time that Temporal cannot represent would fail the workflow task on every attempt.
 */
const LONGEST_MS = 10 * 365 * DAY_MS;

/** A direct job is active at once and for a fixed time. Spec: posten signering, direct flow. */
export const DIRECT_AVAILABLE_MS = 30 * DAY_MS;

/**
 * How long after the deadline of a direct job its status is fetched with a known token, in milliseconds: the service
 * keeps signed documents 40 days from signing.
 */
export const ASK_AFTER_DEADLINE_MS = 10 * DAY_MS;

/**
 * How long the end of a direct job without a status waits for the service, in milliseconds, until each kept token has
 * been tried once more.
 */
export const ASK_ONCE_MORE_MS = DAY_MS;

type Job = Pick<PortalJobContent, 'availability' | 'signers'>;

/** How long each group of signers can sign. */
export function availableMsOf({ availability }: Job): number {
  return (availability?.availableSeconds ?? DEFAULT_AVAILABLE_SECONDS) * SECOND_MS;
}

function activationOf({ availability }: Job, createdAt: number): number {
  const wanted = Date.parse(availability?.activationTime ?? '');
  return Number.isNaN(wanted) ? createdAt : Math.max(createdAt, wanted);
}

/** The end, limited to the time from creation to the longest duration. */
function withinReason(end: number, createdAt: number): number {
  const longest = createdAt + LONGEST_MS;
  return end <= longest ? Math.max(end, createdAt) : longest;
}

/** Until when the queue of a job that is created now is followed, milliseconds since 1970. */
export function followUntilOf(job: Job, now: number): number {
  const groups = new Set(job.signers.map(({ order }) => order ?? 0)).size;
  return withinReason(activationOf(job, now) + groups * availableMsOf(job), now) + FOLLOW_AFTER_END_MS;
}

/**
 * When the time of the current group runs out, milliseconds since 1970. Each group has the full time from the moment the
 * group before it has signed.
 */
export function deadlineOf(job: Job, createdAt: number, signers: readonly SignerProgress[]): number {
  const signedTimes = signers
    .filter((signer) => signer.status === 'SIGNED' && isInFinishedGroup(signer, signers))
    .map(({ since }) => Date.parse(since ?? ''))
    .filter((time) => !Number.isNaN(time));
  return withinReason(Math.max(activationOf(job, createdAt), ...signedTimes) + availableMsOf(job), createdAt);
}

/** The deadline of a created job, which moves as its signers sign. */
export class JobDeadline {
  readonly #createdAt: number;
  readonly #deadlineOf: DeadlineOf;
  #at: number;

  /** @param createdAt by the clock of a worker, ISO 8601 */
  constructor(createdAt: string, deadlineOf: DeadlineOf, signers: readonly SignerProgress[]) {
    const atService = Date.parse(createdAt);
    // A worker's clock may be ahead, and the ledger is a file: an invalid time must not fail the workflow task. Later
    // deadlines count from the same moment, so that a signer's change does not move them by the difference of the clocks.
    this.#createdAt = atService <= Date.now() ? atService : Date.now();
    this.#deadlineOf = deadlineOf;
    this.#at = deadlineOf(this.#createdAt, signers);
  }

  /** In milliseconds since 1970. */
  get at(): number {
    return this.#at;
  }

  move(signers: readonly SignerProgress[]): void {
    this.#at = this.#deadlineOf(this.#createdAt, signers);
  }
}

/** When the time of the current group of signers runs out; both times in milliseconds since 1970. */
export type DeadlineOf = (createdAt: number, signers: readonly SignerProgress[]) => number;

function isInFinishedGroup({ order }: SignerProgress, signers: readonly SignerProgress[]): boolean {
  return signers.every((other) => other.order !== order || other.status === 'SIGNED');
}
