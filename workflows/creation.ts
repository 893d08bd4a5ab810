import { ApplicationFailure, condition } from '@temporalio/workflow';
import type { CreatedJob } from '@signering/activities';
import type { ErrorCode } from '@signering/schema';

/**
 * How long a caller waits for the job, in milliseconds: less than browsers do. Temporal accepts ten pending updates, so
 * longer waits could block the operator's answer that the job waits for.
 */
const CREATED_WITHIN_MS = 8_000;

/** The creation of a job at the service. */
export class Creation {
  #job: CreatedJob | undefined;
  #abandonedBy: { readonly error: unknown } | undefined;

  /** Undefined until it is created. */
  get job(): CreatedJob | undefined {
    return this.#job;
  }

  record(job: CreatedJob): void {
    this.#job = job;
  }

  /** Ends the creation with an error, which pending updates throw. */
  abandon(error: unknown): void {
    this.#abandonedBy = { error };
  }

  /**
   * Returns the job, or throws JOB_NOT_CREATED_YET after 8 s.
   * @throws JOB_NOT_CREATED_YET (retryable), and the error that ended the creation
   */
  async inTime(): Promise<CreatedJob> {
    // No timer for a job that exists.
    if (!this.#isOver) {
      await condition(() => this.#isOver, CREATED_WITHIN_MS, {
        summary: 'How long a caller waits for the job',
      });
    }
    if (!this.#isOver) throw notCreatedYet();
    return this.#whenOver();
  }

  /** The job was created, or the creation failed. */
  get #isOver(): boolean {
    return this.#job !== undefined || this.#abandonedBy !== undefined;
  }

  /** Waits for the end. @throws the error that ended it */
  async #whenOver(): Promise<CreatedJob> {
    await condition(() => this.#isOver);
    if (this.#job === undefined) throw this.#abandonedBy?.error;
    return this.#job;
  }
}

function notCreatedYet(): ApplicationFailure {
  return ApplicationFailure.create({
    type: 'JOB_NOT_CREATED_YET' satisfies ErrorCode,
    message:
      'The job is not created yet: the service is slow, or it is unknown whether it created the job. The workflow continues; ask again.',
    details: [{ retryable: true }],
    nonRetryable: true,
  });
}
