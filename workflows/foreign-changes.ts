import type { ForeignChange } from '../contract/index.js';

/** What a drain found besides the changes that it delivered. */
interface DrainedChanges {
  readonly foreignJobIds: readonly string[];
  readonly strandedJobIds: readonly string[];
  readonly confirmedForeign: readonly string[];
}

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
    const jobs = this.#seen.map(
      ({ signatureJobId, count, stranded }) =>
        `${signatureJobId} (${count}${stranded === true ? ', ours: hand it in again' : ''})`,
    );
    return jobs.length === 0 ? '' : `; jobs that nobody here follows: ${jobs.join(', ')}`;
  }

  /** Has the job's change confirmed when it comes again. */
  confirm(signatureJobId: string): void {
    this.#toConfirm.add(signatureJobId);
  }

  record(drained: DrainedChanges): void {
    for (const signatureJobId of drained.foreignJobIds) this.#count({ signatureJobId });
    for (const signatureJobId of drained.strandedJobIds) this.#count({ signatureJobId, stranded: true });
    for (const confirmed of drained.confirmedForeign) {
      this.#toConfirm.delete(confirmed);
      this.#seen = this.#seen.filter(({ signatureJobId }) => signatureJobId !== confirmed);
    }
  }

  #count(job: Pick<ForeignChange, 'signatureJobId' | 'stranded'>): void {
    const before = this.#seen.find(({ signatureJobId }) => signatureJobId === job.signatureJobId);
    const others = this.#seen.filter((change) => change !== before);
    const change = { ...job, count: (before?.count ?? 0) + 1, lastSeen: new Date().toISOString() };
    this.#seen = [...others, change].slice(-MOST_REMEMBERED);
  }
}
