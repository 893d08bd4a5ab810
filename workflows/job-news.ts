import { CancellationScope, condition, log } from '@temporalio/workflow';
import type { EmailRecipient, JobIdentity, JobNews } from '@signering/contract';
import { reportJobNews } from './activities.js';
import { newsOf, type JobStanding } from './due-emails.js';

/** How long the end of a job waits until its news are handed over. */
const REPORT_WITHIN = '5 minutes';

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

  constructor(options: NewsOptions) {
    this.#options = options;
  }

  tell(identity: JobIdentity, standing: JobStanding): void {
    this.#next = newsOf(standing, this.#options.availableMs);
    this.#reporting ??= this.#report(identity);
  }

  /** Waits some minutes until the newest news are handed over. */
  async end(): Promise<void> {
    if (this.#reporting === undefined) return;
    const isReported = await CancellationScope.nonCancellable(() =>
      condition(() => this.#reporting === undefined, REPORT_WITHIN, {
        summary: 'Until the last news are handed to the emails',
      }),
    );
    if (!isReported) log.error('A job ends before its emails know of it: they are not sent.');
  }

  async #report({ organizationNumber, reference }: JobIdentity): Promise<void> {
    const { recipient } = this.#options;
    try {
      for (let news = this.#next; news !== undefined; news = this.#next) {
        this.#next = undefined;
        const input = { organizationNumber, reference, recipient, news };
        await CancellationScope.nonCancellable(() => reportJobNews(input));
      }
    } catch (error) {
      // The job goes on without its emails.
      log.error('News of a job could not be handed to its emails.', { error });
    }
    this.#reporting = undefined;
  }
}
