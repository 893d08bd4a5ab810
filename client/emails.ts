import type { Client } from '@temporalio/client';
import { emailTaskQueue, type EmailRecipient as Recipient } from '@signering/contract';
import { EMAIL_RECIPIENT } from '@signering/contract/schemas';
import { InvalidInputError } from '@signering/schema';
import type { CallOptions } from './call-options.js';
import { withoutAbsent } from './request/without-absent.js';

/** The person at the sender who gets emails about a job. */
export interface EmailRecipient {
  readonly emailAddress: string;
  /** Of the emails: bokmål, nynorsk or English. @default nb */
  readonly language?: Recipient['language'] | undefined;
  /** Where the person follows the job: an https URL of at most 500 characters. @default emails name the reference alone */
  readonly link?: string | undefined;
}

/** The options of `startPortalJob`. */
export interface StartPortalJobOptions extends CallOptions {
  /**
   * The person at the sender who gets an email when a signer acts, when the time runs out, 24 hours before a deadline of
   * more than 48 hours, and four days before the service deletes what all have signed. Encrypted, and not part of the
   * job's content: the first call for a reference counts. @default no emails
   */
  readonly emailsTo?: EmailRecipient | undefined;
}

/** The options of `startBatch`. */
export interface StartBatchOptions extends CallOptions {
  /**
   * The person at the sender who gets an email when every row has an outcome, with the number of rows in each. Encrypted; the
   * newest call that names a person counts. @default as an earlier call named it, until the batch has ended
   */
  readonly emailsTo?: EmailRecipient | undefined;
}

/** @param refusal begins the message of the error @throws INVALID_REQUEST naming every mistake */
export function readEmailRecipient(
  given: EmailRecipient | undefined,
  refusal = 'The job was not sent',
): Recipient | undefined {
  if (given === undefined) return undefined;
  const { data, error } = EMAIL_RECIPIENT.safeParse(withoutAbsent({ ...given }));
  if (data !== undefined) return data;
  const problems = error.issues.map(({ path, message }) => ({
    path: ['emailsTo', ...path].join('.'),
    message,
  }));
  throw new InvalidInputError('INVALID_REQUEST', refusal, problems);
}

/** Spec: temporal.api.enums.v1.TaskQueueType. */
const ACTIVITY_QUEUE = 2;

/** True if a worker with a mail server polled within the last minutes. */
export async function hasEmailWorker(client: Client, taskQueue: string): Promise<boolean> {
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name: emailTaskQueue(taskQueue) },
    // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- the enum's package is no dependency of clients
    taskQueueType: ACTIVITY_QUEUE,
  });
  return pollers.length > 0;
}
