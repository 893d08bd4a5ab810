import type { DrainStatusQueueResult } from '@signering/activities';
import type { UndeliveredJob } from '@signering/contract';

/** The most jobs that are kept; the newest stay. */
const MOST_REMEMBERED = 100;

/** Jobs whose status changes were not delivered: counted, shown, and confirmed only at an operator's request. */
export class UndeliveredJobs {
  #seen: readonly UndeliveredJob[];
  readonly #toConfirm: Set<string>;

  constructor(seen: readonly UndeliveredJob[], toConfirm: readonly string[]) {
    this.#seen = seen;
    this.#toConfirm = new Set(toConfirm);
  }

  get seen(): readonly UndeliveredJob[] {
    return this.#seen;
  }

  get jobIds(): readonly string[] {
    return this.#seen.map(({ signatureJobId }) => signatureJobId).filter((id) => id !== undefined);
  }

  get toConfirm(): readonly string[] {
    return [...this.#toConfirm];
  }

  /** For Temporal Web; empty when every change was delivered. */
  get summary(): string {
    const jobs = this.#seen.map(
      ({ signatureJobId, reason, code, count }) =>
        `${signatureJobId ?? 'unknown job'} (${code ?? reason}, ${count} times)`,
    );
    return jobs.length === 0 ? '' : `; changes not delivered: ${jobs.join(', ')}`;
  }

  /** True if the queue delivered a change of this job and the job is foreign. */
  isForeign(id: string): boolean {
    return this.#seen.some(({ signatureJobId, reason }) => signatureJobId === id && reason === 'FOREIGN');
  }

  /** Confirms the change of a foreign job at its next delivery. */
  confirm(signatureJobId: string): void {
    this.#toConfirm.add(signatureJobId);
  }

  record({ undelivered, resolvedJobIds }: DrainStatusQueueResult): void {
    for (const resolved of resolvedJobIds) {
      this.#toConfirm.delete(resolved);
      this.#seen = this.#seen.filter(({ signatureJobId }) => signatureJobId !== resolved);
    }
    for (const job of undelivered) this.#count(job);
  }

  #count(job: DrainStatusQueueResult['undelivered'][number]): void {
    const before = this.#seen.find(({ signatureJobId }) => signatureJobId === job.signatureJobId);
    const others = this.#seen.filter((one) => one !== before);
    const counted = { ...job, count: (before?.count ?? 0) + 1, lastSeenAt: new Date().toISOString() };
    this.#seen = [...others, counted].slice(-MOST_REMEMBERED);
  }
}
