import type { CreatedJob } from '@signering/activities';
import type { AmbiguousAttempt, AmbiguousCreate, CancelAnswer } from '@signering/contract';
import type { CancellationUrl, PortalStatusChange } from '@signering/schema';
import type { JobChange } from './job-change.js';
import { judgeTwins, type TwinJob, type Verdict } from './judge-twins.js';
import type { ReceivedChanges } from './received-changes.js';
import { withdrawJob } from './withdraw-job.js';

/** The recorded job and those that attempts in doubt have made: one agreement is to be signed once. */
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

  /** Attempts in doubt, and the other jobs that may have come of them. */
  get told(): { readonly ambiguousCreate?: AmbiguousCreate } {
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

  /** Those that can still be signed, or have been by all. */
  get openDuplicateIds(): readonly string[] {
    return this.duplicateIds.filter((id) => this.#twin(id).status !== 'FAILED');
  }

  /** True while an attempt in doubt may have made a job that nobody has heard of. */
  get mayBeMore(): boolean {
    return this.#attempts.length > this.duplicateIds.length;
  }

  /** All of them, once there is a recorded one. */
  get jobIds(): readonly string[] {
    return this.#created === undefined ? [] : [this.#created.signatureJobId, ...this.duplicateIds];
  }

  /** What becomes of them, as far as is known now. */
  judge({ signatureJobId }: CreatedJob): Verdict {
    return judgeTwins([this.#twin(signatureJobId), ...this.duplicateIds.map((id) => this.#twin(id))]);
  }

  /** Where a job that is still live can be cancelled. */
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

  /** Withdraws a job that nobody is to sign any more. */
  async withdraw({ signatureJobId }: TwinJob): Promise<void> {
    this.#withdrawn.set(signatureJobId, await withdrawJob(this.cancellationUrlOf(signatureJobId)));
  }

  /** True when the service was told already that nobody is to sign it: its end is under way. */
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
