import { ActivityFailure } from '@temporalio/workflow';
import type { AmbiguousAttempt, AmbiguousCreate, CancelAnswer } from '../contract/index.js';
import type { CancellationUrl } from '../schema/index.js';
import { withdrawSignatureJob } from './activities.js';
import type { JobChange } from './job-change.js';
import { judgeTwins, type TwinJob, type Verdict } from './judge-twins.js';
import type { ReceivedChanges } from './received-changes.js';
import type { CreatedJob } from './created-job.js';

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

  /** Withdraws a job that nobody is to sign any more. One that cannot be withdrawn has ended, and tells so itself. */
  async withdraw({ signatureJobId }: TwinJob): Promise<void> {
    const cancellationUrl = this.cancellationUrlOf(signatureJobId);
    let result: CancelAnswer['result'] = 'TOO_LATE';
    try {
      if (cancellationUrl !== undefined) ({ result } = await withdrawSignatureJob({ cancellationUrl }));
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
    }
    this.#withdrawn.set(signatureJobId, result);
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
