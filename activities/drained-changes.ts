import { log } from '@temporalio/activity';
import type { StatusQueueInput, UndeliveredJob } from '@signering/contract';

/** A change that was fetched and not delivered. */
export type UndeliveredChange = Pick<UndeliveredJob, 'signatureJobId' | 'reason' | 'code'>;

/** The part of a drain's result that concerns jobs. */
export interface DrainedFacts {
  /** One for each fetched change that was not delivered; it is not confirmed and is delivered again. */
  readonly undelivered: readonly UndeliveredChange[];
  /** Jobs that were undelivered, and whose change is now delivered or confirmed. */
  readonly resolvedJobIds: readonly string[];
}

/** The queue that is drained, as the log names it. */
type DrainedQueue = Pick<StatusQueueInput, 'flow' | 'pollingQueue'>;

/** Collects the facts of a drain over all attempts of the activity. */
export class DrainedChanges {
  #undelivered: readonly UndeliveredChange[];
  readonly #resolved: Set<string>;
  readonly #queue: DrainedQueue;

  constructor({ flow, pollingQueue }: DrainedQueue, earlier?: DrainedFacts) {
    this.#queue = { flow, pollingQueue };
    this.#undelivered = earlier?.undelivered ?? [];
    this.#resolved = new Set(earlier?.resolvedJobIds);
  }

  get facts(): DrainedFacts {
    return { undelivered: this.#undelivered, resolvedJobIds: [...this.#resolved] };
  }

  /** Records a change that was not delivered, and logs it: by job id and code, without personal data. */
  recordUndelivered(change: UndeliveredChange): void {
    this.#undelivered = [...this.#undelivered, change];
    if (change.signatureJobId !== undefined) this.#resolved.delete(change.signatureJobId);
    log.warn(
      change.reason === 'FOREIGN'
        ? 'A status change belongs to a foreign job: it is not confirmed and is delivered again. See docs/operating.md, changes of foreign jobs.'
        : 'A status change was not delivered; it is not confirmed and the service delivers it again.',
      { ...change, ...this.#queue },
    );
  }

  /** Records that a job's change was delivered, or confirmed at an operator's request. */
  recordResolved(resolved: string): void {
    this.#undelivered = this.#undelivered.filter(({ signatureJobId }) => signatureJobId !== resolved);
    this.#resolved.add(resolved);
  }
}
