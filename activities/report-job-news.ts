import { log } from '@temporalio/activity';
import {
  jobEmailsOptionsOf,
  jobNewsSignal,
  WORKFLOW_TYPES,
  type JobEmailsInput,
  type JobNews,
} from '@signering/contract';
import type { ActivityDependencies } from './dependencies.js';

/** The argument of the activity `reportJobNews`. */
export interface ReportJobNewsInput extends Omit<JobEmailsInput, 'version'> {
  readonly news: JobNews;
}

export const createReportJobNewsActivity = ({
  temporal,
  taskQueue,
  sendsEmails = false,
}: Pick<ActivityDependencies, 'temporal' | 'taskQueue' | 'sendsEmails'>) => ({
  /**
   * Hands news of a job to its workflow `jobEmails`, which it starts if none runs. Does nothing where the worker has no
   * mail server. Safe to repeat: news say how the job stands, and each email is sent once.
   */
  reportJobNews: async ({ news, ...job }: ReportJobNewsInput): Promise<void> => {
    if (!sendsEmails) {
      log.info('A job wants emails, and the worker has no SIGNERING_SMTP: none is sent.');
      return;
    }
    await temporal.workflow.signalWithStart(WORKFLOW_TYPES.jobEmails, {
      ...jobEmailsOptionsOf({ version: 1, ...job }),
      taskQueue,
      signal: jobNewsSignal,
      signalArgs: [news],
    });
  },
});
