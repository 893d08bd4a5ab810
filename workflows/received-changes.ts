import type { JobChange } from './job-change.js';

/** The changes that came in, in the order in which they came first. */
export class ReceivedChanges {
  readonly #changes: JobChange[] = [];

  /**
   * Keeps a change. One that comes again, for queues deliver at least once, is no news, but takes the place of the
   * first: it may name addresses that were not there yet.
   */
  keep(change: JobChange): void {
    const before = this.#changes.findIndex(({ identity }) => identity === change.identity);
    if (before === -1) this.#changes.push(change);
    else this.#changes[before] = change;
  }

  get count(): number {
    return this.#changes.length;
  }

  /** Those of one job; none while the job is not known. */
  ofJob(signatureJobId: string | undefined): readonly JobChange[] {
    return this.#changes.filter((change) => change.signatureJobId === signatureJobId);
  }

  /** Those of every other job. */
  ofOtherJobs(signatureJobId: string | undefined): readonly JobChange[] {
    return this.#changes.filter((change) => change.signatureJobId !== signatureJobId);
  }
}
