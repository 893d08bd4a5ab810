import { SigningError, type JobDescription } from '@signering/client';
import type { JobRow } from '../database/tables.js';
import { describedStateOf } from './described-state.js';
import { continueSending, type SendParts } from './send-job.js';

/** The parts that {@link JobStates} uses. */
export interface JobStatesParts extends SendParts {
  readonly now: () => Date;
  /** Called with one sentence about an error, without personal data. */
  readonly report: (sentence: string) => void;
}

const ROUND_EVERY_MS = 2000;
/** How old the state of an open job may become. */
const FRESH_MS = 4000;
/** Between two looks at an ended job whose state could not be fetched: that may last, such as where its content is damaged. */
const ENDED_WITH_OLD_STATE_MS = 60_000;
/** How long the portal may hold a job that was erased at the client. */
const ERASED_WITHIN_MS = 24 * 60 * 60_000;
/** A send that takes longer was interrupted. */
const SEND_WITHIN_MS = 30_000;
const AT_ONCE = 5;

/** Keeps the states of open jobs up to date, and continues sends that were interrupted. */
export class JobStates {
  readonly #parts: JobStatesParts;
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();
  /** Of pages, by job: what has not begun. */
  readonly #waiting = new Map<string, Promise<JobDescription | undefined>>();
  readonly #turns: (() => void)[] = [];
  #begun = 0;

  constructor(parts: JobStatesParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  /** Asks for a job's state now, and keeps it. @returns undefined while it cannot be asked for */
  async refresh(job: Pick<JobRow, 'id' | 'organization' | 'reference'>): Promise<JobDescription | undefined> {
    const { clientOf, jobs } = this.#parts;
    const { signal } = this.#stopping;
    try {
      const description = await clientOf(job.organization).getJob(job.reference, { signal });
      await jobs.work.saveState(job.id, describedStateOf(description));
      return description;
    } catch (error) {
      if (!(error instanceof SigningError)) throw error;
      await (error.code === 'JOB_ERASED' ? jobs.work.erase(job.id) : jobs.work.markChecked(job.id, 'SENT'));
      return undefined;
    }
  }

  /** As {@link JobStates.refresh}, a few at once: pages of one job that wait share what has not begun. */
  async refreshInTurn(
    job: Pick<JobRow, 'id' | 'organization' | 'reference'>,
  ): Promise<JobDescription | undefined> {
    const shared = this.#waiting.get(job.id);
    if (shared !== undefined) return await shared;
    const turn = this.#inTurn(async () => {
      // One that has begun may tell what was before a change.
      this.#waiting.delete(job.id);
      return await this.refresh(job);
    });
    this.#waiting.set(job.id, turn);
    return await turn;
  }

  async #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    await new Promise<void>((resolve) => {
      if (this.#begun >= AT_ONCE) this.#turns.push(resolve);
      else {
        this.#begun += 1;
        resolve();
      }
    });
    try {
      return await work();
    } finally {
      const next = this.#turns.shift();
      if (next === undefined) this.#begun -= 1;
      else next();
    }
  }

  /** One round over the jobs whose state is the oldest. */
  async round(): Promise<void> {
    const { jobs, now, report } = this.#parts;
    const before = (ms: number): Date => new Date(Number(now()) - ms);
    const { signal } = this.#stopping;
    const refusals = new Set<string>();
    for (const job of await jobs.work.interruptedSends(before(SEND_WITHIN_MS))) {
      if (signal.aborted) return;
      await this.#alone(async () => {
        const outcome = await continueSending(this.#parts, job, signal);
        if (outcome.kind === 'NOT_NOW' && outcome.operatorMustAct) refusals.add(outcome.operatorMustAct);
      });
    }
    if (refusals.size > 0) {
      const codes = [...refusals].join(', ');
      report(`Jobs of the portal cannot be sent (${codes}): an operator must act. They are tried again.`);
    }
    const due = [
      ...(await jobs.work.jobsToCheck({
        open: before(FRESH_MS),
        endedWithOldState: before(ENDED_WITH_OLD_STATE_MS),
        ended: before(ERASED_WITHIN_MS),
      })),
    ];
    const next = async (): Promise<void> => {
      for (let job = due.shift(); job !== undefined; job = due.shift()) {
        const checked = job;
        if (signal.aborted) return;
        await this.#alone(() => this.refresh(checked));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, next));
  }

  /** What fails for one job does not keep the others from their turn. */
  async #alone(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      const name = error instanceof Error ? error.name : 'unknown';
      this.#parts.report(`A job of the portal could not be brought up to date: ${name}.`);
    }
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      try {
        await this.round();
      } catch (error) {
        const name = error instanceof Error ? error.name : 'unknown';
        this.#parts.report(`The states of jobs could not be read: ${name}. The next round tries again.`);
      }
      await pause(ROUND_EVERY_MS, this.#stopping.signal);
    }
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
