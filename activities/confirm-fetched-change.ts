import { Context, log } from '@temporalio/activity';
import { isFinal, SigningError } from '@signering/schema';
import { isGone } from './confirm-outcome.js';
import type { ActivityDependencies } from './dependencies.js';
import type { PolledChange } from './flow-queues.js';

/**
 * How long after the answer to its fetch an intermediate change is confirmed, in milliseconds. Temporal gives the drain of a
 * worker that was paused for longer to another worker, which may have fetched the final change and not archived it yet: a
 * confirmation names the job, so it would confirm that one.
 */
const CONFIRM_WITHIN_MS = 5_000;

/** A change, and since when this process has it. */
export class FetchedChange {
  readonly #monotonicMs = performance.now();
  readonly #wallMs = Date.now();

  constructor(readonly change: PolledChange) {}

  /** By the clock that shows more: the monotonic one may stop while the machine sleeps, and the other one may be set back. */
  get ageMs(): number {
    return Math.max(performance.now() - this.#monotonicMs, Date.now() - this.#wallMs);
  }
}

/**
 * The result of a confirmation. NOT_CONFIRMED: the service refused it, there is nothing to confirm, or it is too late.
 * UNANSWERED: the service may still process it.
 */
type Confirmation = 'CONFIRMED' | 'NOT_CONFIRMED' | 'UNANSWERED';

/** Confirms a change once: a second request might confirm a newer change. After a failure the change is delivered again. */
export async function confirmOnce(
  fetched: FetchedChange,
  { signedDocuments }: Pick<ActivityDependencies, 'signedDocuments'>,
): Promise<Confirmation> {
  const { change } = fetched;
  const { signatureJobId, confirmationUrl } = change;
  if (confirmationUrl === undefined) return 'NOT_CONFIRMED';
  const warn = (facts: Readonly<Record<string, unknown>>): void => {
    log.warn('An intermediate status change was not confirmed; the service delivers it again.', {
      signatureJobId,
      ...facts,
    });
  };
  const { ageMs } = fetched;
  if (ageMs > CONFIRM_WITHIN_MS && !isFinal(change)) {
    warn({ ageMs: Math.round(ageMs) });
    return 'NOT_CONFIRMED';
  }
  const signal = Context.current().cancellationSignal;
  try {
    await signedDocuments.confirmStatusChange(confirmationUrl, { signal });
    return 'CONFIRMED';
  } catch (error) {
    // The worker stops, and the confirmation may still arrive: a fetch now could have a newer change confirmed.
    if (signal.aborted && !(error instanceof SigningError)) return 'UNANSWERED';
    if (!(error instanceof SigningError)) throw error;
    if (isGone(error)) return 'CONFIRMED';
    warn({ code: error.code });
    return error.facts.httpStatus === undefined ? 'UNANSWERED' : 'NOT_CONFIRMED';
  }
}
