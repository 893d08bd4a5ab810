import { isFinal } from '@signering/schema';
import type { JobChange } from './job-change.js';

/** The received status changes, in the order of their first arrival. */
export class ReceivedChanges {
  readonly #changes: JobChange[] = [];

  /**
   * Keeps a change. Queues deliver at least once: a re-delivered change replaces the first one, because it may contain
   * more URLs, and is not counted again. An intermediate change that arrives after the job's final one is older, and left
   * out: its poller was paused between fetching and delivering it.
   */
  keep(change: JobChange): void {
    const before = this.#changes.findIndex(({ identity }) => identity === change.identity);
    if (before !== -1) this.#changes[before] = change;
    else if (isFinal(change) || !this.ofJob(change.signatureJobId).some(isFinal)) this.#changes.push(change);
  }

  get count(): number {
    return this.#changes.length;
  }

  /** The changes of one job; empty while the job is unknown. */
  ofJob(signatureJobId: string | undefined): readonly JobChange[] {
    return this.#changes.filter((change) => change.signatureJobId === signatureJobId);
  }

  /** The changes of all other jobs. */
  ofOtherJobs(signatureJobId: string | undefined): readonly JobChange[] {
    return this.#changes.filter((change) => change.signatureJobId !== signatureJobId);
  }
}
