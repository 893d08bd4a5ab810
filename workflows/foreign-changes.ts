import type { ForeignChange } from '../contract/index.js';

/** The most jobs of others that are remembered; the newest stay. */
const MOST_REMEMBERED = 100;

/** Status changes of jobs that nobody here knows: counted and shown, and confirmed only where an operator says so. */
export class ForeignChanges {
  #seen: readonly ForeignChange[];
  readonly #toConfirm: Set<string>;

  constructor(seen: readonly ForeignChange[], toConfirm: readonly string[]) {
    this.#seen = seen;
    this.#toConfirm = new Set(toConfirm);
  }

  get seen(): readonly ForeignChange[] {
    return this.#seen;
  }

  get toConfirm(): readonly string[] {
    return [...this.#toConfirm];
  }

  /** For those who look at the workflow; empty when there is nothing to tell. */
  get told(): string {
    const jobs = this.#seen.map(({ signatureJobId, count }) => `${signatureJobId} (${count})`);
    return jobs.length === 0 ? '' : `; jobs that nobody here knows: ${jobs.join(', ')}`;
  }

  /** Has the job's change confirmed when it comes again. */
  confirm(signatureJobId: string): void {
    this.#toConfirm.add(signatureJobId);
  }

  record(drained: {
    readonly foreignJobIds: readonly string[];
    readonly confirmedForeign: readonly string[];
  }): void {
    const lastSeen = new Date().toISOString();
    for (const signatureJobId of drained.foreignJobIds) {
      const before = this.#seen.find((change) => change.signatureJobId === signatureJobId);
      const others = this.#seen.filter((change) => change !== before);
      const change = { signatureJobId, count: (before?.count ?? 0) + 1, lastSeen };
      this.#seen = [...others, change].slice(-MOST_REMEMBERED);
    }
    for (const confirmed of drained.confirmedForeign) {
      this.#toConfirm.delete(confirmed);
      this.#seen = this.#seen.filter(({ signatureJobId }) => signatureJobId !== confirmed);
    }
  }
}
