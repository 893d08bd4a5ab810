import type { CreatedJob } from '@signering/activities';
import type { AmbiguousAttempt, AmbiguousCreate, CancelAnswer } from '@signering/contract';
import type { CancellationUrl, PortalStatusChange } from '@signering/schema';
import type { JobChange } from './job-change.js';
import { judgeTwins, type TwinJob, type Verdict } from './judge-twins.js';
import type { ReceivedChanges } from './received-changes.js';
import { withdrawJob } from './withdraw-job.js';

/** The recorded job and those that ambiguous attempts made. */
export class TwinJobs {
  readonly #received: ReceivedChanges;
  #created: CreatedJob | undefined;
  #attempts: readonly AmbiguousAttempt[] = [];
  readonly #withdrawn = new Map<string, CancelAnswer['result']>();

  constructor(received: ReceivedChanges) {
    this.#received = received;
  }

  recordAttempts(attempts: readonly AmbiguousAttempt[]): void {
    this.#attempts = attempts;
  }

  recordCreated(created: CreatedJob): void {
    this.#created = created;
  }

  /** Ambiguous attempts, and the other jobs that they may have made. */
  get description(): { readonly ambiguousCreate?: AmbiguousCreate } {
    if (this.#attempts.length === 0) return {};
    const duplicates = this.duplicateIds.map((id) => {
      const { recorded: _, ...duplicate } = this.#twin(id);
      return duplicate;
    });
    return { ambiguousCreate: { attempts: this.#attempts, duplicates } };
  }

  /** The jobs besides the recorded one. */
  get duplicateIds(): readonly string[] {
    if (this.#attempts.length === 0) return [];
    const duplicates = this.#received
      .ofOtherJobs(this.#created?.signatureJobId)
      .filter(({ namesOurSigners }) => namesOurSigners)
      .map(({ signatureJobId }) => signatureJobId);
    return [...new Set<string>(duplicates)];
  }

  /** The duplicates that can still be signed, or were signed by all. */
  get openDuplicateIds(): readonly string[] {
    return this.duplicateIds.filter((id) => this.#twin(id).status !== 'FAILED');
  }

  /** True while an ambiguous attempt may have made a job without a status change so far. */
  get mayBeMore(): boolean {
    return this.#attempts.length > this.duplicateIds.length;
  }

  /** All jobs, after the creation. */
  get jobIds(): readonly string[] {
    return this.#created === undefined ? [] : [this.#created.signatureJobId, ...this.duplicateIds];
  }

  /** The decision about the jobs, as of the received changes. */
  judge({ signatureJobId }: CreatedJob): Verdict {
    return judgeTwins([this.#twin(signatureJobId), ...this.duplicateIds.map((id) => this.#twin(id))]);
  }

  /** The newest known cancellation URL of a job. */
  cancellationUrlOf(signatureJobId: string): CancellationUrl | undefined {
    const atCreate =
      signatureJobId === this.#created?.signatureJobId ? this.#created.cancellationUrl : undefined;
    const url = this.#latest(signatureJobId)?.cancellationUrl ?? atCreate;
    return url as CancellationUrl | undefined;
  }

  /** The newest status change of a job, as the portal flow's queue gave it. */
  changeOf(signatureJobId: string): PortalStatusChange | undefined {
    return this.#latest(signatureJobId)?.portalChange;
  }

  /** Withdraws a job at the service. */
  async withdraw({ signatureJobId }: TwinJob): Promise<void> {
    this.#withdrawn.set(signatureJobId, await withdrawJob(this.cancellationUrlOf(signatureJobId)));
  }

  /** True after {@link withdraw}: the job's end follows. */
  isWithdrawn(signatureJobId: string): boolean {
    return this.#withdrawn.has(signatureJobId);
  }

  #twin(signatureJobId: string): TwinJob {
    const latest = this.#latest(signatureJobId);
    const withdrawn = this.#withdrawn.get(signatureJobId);
    return {
      signatureJobId,
      recorded: signatureJobId === this.#created?.signatureJobId,
      status: latest?.status ?? 'IN_PROGRESS',
      signatures: latest?.signatures.filter(({ status }) => status.kind === 'SIGNED').length ?? 0,
      ...(withdrawn !== undefined && { withdrawn }),
    };
  }

  #latest(signatureJobId: string): JobChange | undefined {
    return this.#received.ofJob(signatureJobId).at(-1);
  }
}
