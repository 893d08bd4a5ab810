import { CancellationScope, isCancellation, log } from '@temporalio/workflow';
import type { ReportJobNewsInput } from '@signering/activities';
import type { EmailRecipient, JobIdentity, JobNews } from '@signering/contract';
import { reportJobNews } from './activities.js';
import { newsOf, type JobStanding } from './due-emails.js';

/** The end of a job waits for this many attempts, some nine minutes, however late a worker begins the first one. */
const LAST_ATTEMPTS = 10;

/** The argument of {@link JobNewsReports}. */
export interface NewsOptions {
  readonly recipient: EmailRecipient;
  /** How long the job, or each group of its signers, can be signed. */
  readonly availableMs: number;
}

/**
 * Hands what happens to a job to the workflow of its emails. The job's steps do not wait for that. A job without a
 * recipient has none of these: its history has no further commands.
 */
export class JobNewsReports {
  readonly #options: NewsOptions;
  #next: JobNews | undefined;
  #reporting: Promise<void> | undefined;
  /** Of the newest report that is tried without limit. */
  #unlimited: CancellationScope | undefined;

  constructor(options: NewsOptions) {
    this.#options = options;
  }

  tell(identity: JobIdentity, standing: JobStanding): void {
    this.#next = newsOf(standing, this.#options.availableMs);
    this.#reporting ??= this.#report(identity);
  }

  /** Waits, after `tell` got the outcome, until the emails know of it or {@link LAST_ATTEMPTS} have failed. */
  async end(): Promise<void> {
    // Older news may wait for hours until their next attempt, and the outcome behind them.
    this.#unlimited?.cancel();
    await this.#reporting;
  }

  async #report({ organizationNumber, reference }: JobIdentity): Promise<void> {
    const { recipient } = this.#options;
    for (let news = this.#next; news !== undefined; news = this.#next) {
      this.#next = undefined;
      try {
        await this.#handOver({ organizationNumber, reference, recipient, news });
      } catch (error) {
        // The job goes on without these emails.
        if (!isCancellation(error)) log.error('News of a job could not be handed to its emails.', { error });
      }
    }
    this.#reporting = undefined;
  }

  /** A cancellation of the job's workflow does not reach it. */
  #handOver(input: ReportJobNewsInput): Promise<void> {
    return CancellationScope.nonCancellable(() => {
      if (input.news.outcome !== undefined) return reportJobNews(input, { attempts: LAST_ATTEMPTS });
      this.#unlimited = new CancellationScope();
      return this.#unlimited.run(() => reportJobNews(input));
    });
  }
}
