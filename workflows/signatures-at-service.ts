import { condition } from '@temporalio/workflow';
import {
  DELETION_ALARM_DAYS,
  SIGNED_DOCUMENTS_DAYS,
  type DeletionAlarm,
  type SignerProgress,
} from '@signering/contract';
import { DAY_MS } from '@signering/schema';
import { isLimit, type ActivityLimits } from './activities.js';
import type { ReusedTimer } from './reused-timer.js';

/** A worker that was down for weeks has this long to archive before the alarm of that time is raised, in milliseconds. */
const SHORTEST_WAIT_MS = 10 * 60 * 1000;

/**
 * How long the service keeps what was signed, and the alarms about what is not archived. Each signature counts from when it
 * was made, also while the job waits for other signers: no source says that the service waits for the end of the job.
 */
export class SignaturesAtService {
  /** When the first signer signed, in milliseconds since 1970. */
  #first: number | undefined;
  /** The days of the newest alarm. */
  #raised = 0;

  /** A signature whose time the service did not give counts from its report. */
  note(signers: readonly SignerProgress[]): void {
    const signed = signers.filter(({ status }) => status === 'SIGNED');
    if (signed.length === 0) return;
    const known = signed.map(({ since }) => Date.parse(since ?? '')).filter((time) => !Number.isNaN(time));
    const reported = known.length < signed.length ? [Date.now()] : [];
    this.#first = Math.min(this.#first ?? Infinity, ...known, ...reported);
  }

  /** When the service deletes the first signature. */
  get keptUntil(): Date | undefined {
    return this.#first === undefined ? undefined : new Date(this.#first + SIGNED_DOCUMENTS_DAYS * DAY_MS);
  }

  get alarm(): DeletionAlarm | undefined {
    const { keptUntil } = this;
    if (this.#raised === 0 || keptUntil === undefined) return undefined;
    return { serviceKeepsUntil: keptUntil.toISOString(), raisedAfterDays: this.#raised };
  }

  /** When the next alarm is due, in milliseconds since 1970; undefined after the last one. */
  get nextAlarm(): number | undefined {
    const days = DELETION_ALARM_DAYS.find((one) => one > this.#raised);
    return days === undefined || this.#first === undefined ? undefined : this.#first + days * DAY_MS;
  }

  /** Raises the newest alarm that is due. @returns whether there was one */
  raise(): boolean {
    const first = this.#first;
    if (first === undefined) return false;
    const days = DELETION_ALARM_DAYS.findLast((one) => first + one * DAY_MS <= Date.now());
    if (days === undefined || days <= this.#raised) return false;
    this.#raised = days;
    return true;
  }
}

/** The alarms of a job as its waits need them. */
export interface DeletionAlarms {
  /** When the next alarm is due, in milliseconds since 1970; absent when none is to be raised. */
  readonly nextAlarm?: number | undefined;
  /** Raises the alarm that is due. */
  raiseAlarm(): void;
  /** Shows operators a state that as a rule passes at once, because it lasts. Absent: the state is shown already. */
  readonly showLasting?: (() => void) | undefined;
}

/** The second argument of {@link conditionWithAlarms}. */
export interface AlarmedWait {
  readonly alarms: DeletionAlarms;
  readonly timer: ReusedTimer;
  /** @default without limit */
  readonly timeoutMs?: number;
  readonly summary: string;
}

/** Waits as `condition` does, and raises alarms that come due meanwhile. */
export async function conditionWithAlarms(
  isTrue: () => boolean,
  { alarms, timer, timeoutMs = Infinity, summary }: AlarmedWait,
): Promise<boolean> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const wake = Math.min(end, alarms.nextAlarm ?? Infinity);
    if (wake === Infinity) await condition(isTrue);
    else await timer.until(isTrue, { end: wake, summary });
    if (isTrue()) return true;
    if (Date.now() >= end) return false;
    alarms.raiseAlarm();
  }
}

/** After this, what an activity waits for is shown to operators: some seconds of attempts, or a minute without a free worker. */
const AT_FIRST: ActivityLimits = { attempts: 4, startWithinMs: 60_000 };

/**
 * Runs an activity until it succeeds, raises alarms that come due meanwhile, and shows the job's state if it lasts. The
 * activity's own limits measure the time: an activity that is quick adds nothing to the history.
 */
export async function activityWithAlarms<Result>(
  alarms: DeletionAlarms | undefined,
  run: (limits: ActivityLimits) => Promise<Result>,
): Promise<Result> {
  for (;;) {
    const atFirst = alarms?.showLasting === undefined ? {} : AT_FIRST;
    const next = alarms?.nextAlarm;
    const withinMs = next === undefined ? undefined : Math.max(next - Date.now(), SHORTEST_WAIT_MS);
    try {
      return await run({ ...atFirst, ...(withinMs !== undefined && { withinMs }) });
    } catch (error) {
      if (!isLimit(error)) throw error;
      // An attempt that no worker has begun when an alarm is due reaches two limits at once.
      alarms?.raiseAlarm();
      alarms?.showLasting?.();
    }
  }
}
