import { maskedTexts, whatIsWrongWithBy, whatIsWrongWithReason, type DecidedBy } from '@signering/contract';
import { InvalidInputError, type Problem } from '@signering/schema';
import type { LegalHold } from '@signering/storage';
import type { CallOptions } from './call-options.js';
import { JobNotFoundError } from './errors.js';
import type { KnownJobs } from './known-jobs.js';
import { removedOf } from './job-from-receipt.js';
import type { DecidedByOptions } from './operator-decisions.js';

/** A legal hold: nothing of the job is deleted. */
export interface JobHold {
  /** Why it was placed. */
  readonly reason: string;
  /** The person's name or user name. Absent when the caller named none. */
  readonly by?: string;
  /** When it was placed, ISO 8601. */
  readonly at: string;
}

/** The hold in force after {@link JobHolds.place}. */
export interface PlacedHold extends JobHold {
  /** When retention began to remove the archived documents, ISO 8601: they may be gone. Absent: they stay. */
  readonly documentsRemovedAt?: string;
}

/** A legal hold and its job. */
export interface ListedHold extends JobHold {
  readonly reference: string;
}

/** Who places a hold, and why. */
export interface PlaceHoldOptions extends CallOptions {
  /** 1–500 characters, without personal data. */
  readonly reason: string;
  /** The person's name or user name: 1–100 characters. */
  readonly by?: string | undefined;
}

/** Legal holds of an organisation's jobs, as operators see them. Needs no worker; writes to storage. */
export class JobHolds {
  readonly #jobs: KnownJobs;

  constructor(jobs: KnownJobs) {
    this.#jobs = jobs;
  }

  /**
   * Places a hold: from now on nothing of the job is deleted, in storage or at the service. A job that has a hold
   * keeps it as it is. Identity numbers in the texts are masked.
   * @returns the hold in force, and whether retention had begun to remove the archived documents
   * @throws JOB_NOT_FOUND when the ledger does not know the reference, JOB_ERASED, INVALID_REQUEST for a reason or name of another
   * length, STORED_CONTENT_DAMAGED, VERSION_NOT_SUPPORTED, STORAGE_UNAVAILABLE (retryable)
   */
  place(reference: string, { reason, by, ...options }: PlaceHoldOptions): Promise<PlacedHold> {
    return this.#call(options, async () => {
      demandDecision({ reason, ...(by !== undefined && { by }) });
      const entry = await this.#jobs.findEntry(reference);
      if (entry === undefined) throw new JobNotFoundError(reference);
      const placed = maskedTexts({ reason, ...(by !== undefined && { by }) });
      const at = new Date().toISOString();
      const hold = await this.#holds.place({ ...this.#keyOf(reference), reason, ...placed, at });
      // Retention records a removal before it looks for a hold: a removal that did not see this one is recorded by now.
      const after = await this.#jobs.findEntry(reference);
      return { ...withoutKey(hold), ...(after && removedOf(after)) };
    });
  }

  /**
   * Releases the hold of a job. Who released it, and why, is recorded in storage.
   * @returns the hold that was released; undefined when there was none
   * @throws INVALID_REQUEST for a reason or name of another length, STORED_CONTENT_DAMAGED, VERSION_NOT_SUPPORTED,
   * STORAGE_UNAVAILABLE (retryable)
   */
  release(
    reference: string,
    { by, reason, ...options }: DecidedByOptions = {},
  ): Promise<JobHold | undefined> {
    return this.#call(options, async () => {
      const decidedBy = { ...(by !== undefined && { by }), ...(reason !== undefined && { reason }) };
      demandDecision(decidedBy);
      const at = new Date().toISOString();
      const released = { ...this.#keyOf(reference), ...maskedTexts(decidedBy), at };
      const hold = await this.#holds.release(released);
      return hold && withoutKey(hold);
    });
  }

  /**
   * Lists the holds of this organisation's jobs. A record that cannot be read fails the list.
   * @throws STORED_CONTENT_DAMAGED, VERSION_NOT_SUPPORTED, STORAGE_UNAVAILABLE (retryable)
   */
  list(options: CallOptions = {}): Promise<readonly ListedHold[]> {
    return this.#call(options, async () => {
      const holds: ListedHold[] = [];
      for await (const listedHold of this.#holds.list()) {
        if ('unreadable' in listedHold) {
          if (listedHold.of.organization !== this.#jobs.organizationNumber) continue;
          throw listedHold.unreadable;
        }
        const { organizationNumber, ...listed } = listedHold.hold;
        if (organizationNumber === this.#jobs.organizationNumber) holds.push(listed);
      }
      return holds.sort((one, other) => (one.at < other.at ? -1 : 1));
    });
  }

  get #holds() {
    return this.#jobs.storage.holds;
  }

  #keyOf(reference: string) {
    return { organizationNumber: this.#jobs.organizationNumber, reference };
  }

  #call<T>(options: CallOptions, action: () => Promise<T>): Promise<T> {
    return this.#jobs.temporal.bounded(options, action);
  }
}

/** A hold without its organisation and reference. */
export function withoutKey({ organizationNumber: _, reference: _reference, ...hold }: LegalHold): JobHold {
  return hold;
}

/** Checks who decides, and why. @throws INVALID_REQUEST */
export function demandDecision({ by, reason }: DecidedBy): void {
  const wrong = [
    ['by', by === undefined ? undefined : whatIsWrongWithBy(by)],
    ['reason', reason === undefined ? undefined : whatIsWrongWithReason(reason)],
  ] as const;
  const problems = wrong.flatMap(([path, message]): Problem[] =>
    message === undefined ? [] : [{ path, message }],
  );
  if (problems.length > 0) throw new InvalidInputError('INVALID_REQUEST', 'Invalid decision', problems);
}
