import { log } from '@temporalio/activity';
import type { StatusQueueInput, UndeliveredJob } from '@signering/contract';

/** A change that was handed out and not delivered. */
export type UndeliveredChange = Pick<UndeliveredJob, 'signatureJobId' | 'reason' | 'code'>;

/** What a drain tells the workflow of the changes that it fetched. */
export interface DrainedFacts {
  /** One for each time that a change was handed out and not delivered; it is not confirmed and comes again. */
  readonly undelivered: readonly UndeliveredChange[];
  /** Jobs that were undelivered before, and whose change was delivered or confirmed now. */
  readonly resolvedJobIds: readonly string[];
}

/** The queue that is drained, as the log names it. */
type DrainedQueue = Pick<StatusQueueInput, 'flow' | 'pollingQueue'>;

/** Collects what a drain tells the workflow, over all attempts of the activity. */
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
        ? 'A status change belongs to a foreign job: it is not confirmed and comes again. See docs/operating.md, changes of foreign jobs.'
        : 'A status change was not delivered; it is not confirmed and comes again.',
      { ...change, ...this.#queue },
    );
  }

  /** Records that a job's change was delivered, or confirmed because an operator asked for it. */
  recordResolved(resolved: string): void {
    this.#undelivered = this.#undelivered.filter(({ signatureJobId }) => signatureJobId !== resolved);
    this.#resolved.add(resolved);
  }
}
