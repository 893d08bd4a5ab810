import { condition } from '@temporalio/workflow';
import type { CreatedJob } from './created-job.js';
import type { SigningProgress } from './signing-progress.js';

/** The job for those who ask before it is there: a process cannot end while one of them waits without an answer. */
export class AwaitedJob {
  readonly #progress: SigningProgress;
  #failure: unknown;

  constructor(progress: SigningProgress) {
    this.#progress = progress;
  }

  /** There will be no job: whoever waits for it hears why. */
  fail(error: unknown): void {
    this.#failure = error;
  }

  /** Waits until the job is there. @throws what keeps it from being made */
  async created(): Promise<CreatedJob> {
    await condition(() => this.#progress.created !== undefined || this.#failure !== undefined);
    const { created } = this.#progress;
    if (created === undefined) throw this.#failure;
    return created;
  }
}
