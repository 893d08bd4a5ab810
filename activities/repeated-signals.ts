import { DAY_MS } from '@signering/schema';
import type { WorkflowHandle } from '@temporalio/client';
import type { PolledChange } from './flow-queues.js';

/** How often the same change is signalled to one run before it is signalled only once a day. */
const SIGNALLED_AT_FIRST = 6;

/** The most jobs that are kept; a change of an older one is signalled again. */
const MOST_REMEMBERED = 1000;

interface Repeat {
  readonly content: string;
  readonly runId: string | undefined;
  readonly count: number;
  /** Milliseconds since 1970. */
  readonly signalledAt: number;
}

/**
 * Keeps an unconfirmed change from using up the 10,000 signals of its workflow: the service delivers it every ten minutes
 * while the workflow waits for an operator. Kept in memory: after a restart of the worker the change is signalled a few
 * times more.
 */
export class RepeatedSignals {
  readonly #repeats = new Map<string, Repeat>();

  /**
   * True if the workflow needs the change: it is new, a day old, or another run has started.
   * @throws WorkflowNotFoundError, and other errors of Temporal's client
   */
  async isNeeded(change: PolledChange, workflow: WorkflowHandle): Promise<boolean> {
    const { signatureJobId } = change;
    const content = JSON.stringify(change);
    const before = this.#repeats.get(signatureJobId);
    if (before?.content !== content) {
      this.#remember(signatureJobId, { content, runId: undefined, count: 1 });
      return true;
    }
    const { runId } = await workflow.describe();
    const isSameRun = before.runId === undefined || before.runId === runId;
    if (isSameRun && before.count >= SIGNALLED_AT_FIRST && Date.now() - before.signalledAt < DAY_MS) {
      return false;
    }
    this.#remember(signatureJobId, { content, runId, count: isSameRun ? before.count + 1 : 1 });
    return true;
  }

  #remember(signatureJobId: string, repeat: Omit<Repeat, 'signalledAt'>): void {
    this.#repeats.delete(signatureJobId);
    this.#repeats.set(signatureJobId, { ...repeat, signalledAt: Date.now() });
    const [oldest] = this.#repeats.keys();
    if (this.#repeats.size > MOST_REMEMBERED && oldest !== undefined) this.#repeats.delete(oldest);
  }
}
