import { createHash } from 'node:crypto';
import { log } from '@temporalio/activity';
import { WorkflowNotFoundError, type Client, type WorkflowExecutionDescription } from '@temporalio/client';
import {
  earlierWebhooks,
  eventKeyOf,
  publishEventsSignal,
  signalWebhookDelivery,
  webhookDeliveryWorkflowId,
  type BatchCounts,
  type JobEvent,
  type JobIdentity,
  type WebhookDeliveryResult,
} from '@signering/contract';
import { SIGNING_OUTCOMES, SigningError } from '@signering/schema';
import type { BatchRecord, LedgerEntry } from '@signering/storage';
import type { ActivityDependencies } from './dependencies.js';

/** The argument of the activity `publishEvents`. */
export interface PublishEventsInput extends Omit<JobIdentity, 'flow'> {
  readonly events: readonly JobEvent[];
}

type PublishDependencies = Pick<ActivityDependencies, 'temporal' | 'taskQueue' | 'webhookReceivers'>;

export const createPublishEventsActivity = (dependencies: PublishDependencies) => ({
  /**
   * Hands events to the job's workflow `webhookDelivery`, which it starts if none runs. Safe to repeat: the workflow drops
   * repeats.
   */
  publishEvents: (input: PublishEventsInput): Promise<void> => publish(input, dependencies),
});

async function publish(
  { organizationNumber, reference, events }: PublishEventsInput,
  { temporal, taskQueue, webhookReceivers = [] }: PublishDependencies,
): Promise<void> {
  const published = events.map(({ key, ...event }) => ({
    ...event,
    id: idOf(organizationNumber, reference, key),
    receivers: webhookReceivers
      .filter(({ types }) => types?.includes(event.type) ?? true)
      .filter(({ organizations }) => organizations?.includes(organizationNumber) ?? true)
      .map(({ id }) => id),
  }));
  await signalWebhookDelivery(temporal, {
    organizationNumber,
    reference,
    taskQueue,
    signal: publishEventsSignal,
    argument: { events: published },
    readEarlier: earlierIfReadable,
  });
}

/**
 * Publishes that every row of a batch has an outcome: once for each release of rows or cancellation. Does nothing without
 * receivers.
 */
export async function publishBatchCompleted(
  { organizationNumber, reference, opened }: BatchRecord,
  counts: BatchCounts,
  dependencies: PublishDependencies,
): Promise<void> {
  if ((dependencies.webhookReceivers ?? []).length === 0) return;
  const event: JobEvent = {
    type: 'batch.completed',
    at: new Date().toISOString(),
    key: eventKeyOf('batch.completed', String(opened)),
    facts: { counts },
  };
  await publish({ organizationNumber, reference, events: [event] }, dependencies);
}

/**
 * Publishes the last event of a settled job, whose workflow was terminated before it could. A repeat is dropped. A job without
 * earlier events has none: it was created before a worker had receivers.
 */
export async function publishArchived(entry: LedgerEntry, dependencies: PublishDependencies): Promise<void> {
  const { organizationNumber, reference, settled, created } = entry;
  const signatureJobId = settled?.signatureJobId ?? created?.signatureJobId;
  const outcome = SIGNING_OUTCOMES.find((known) => known === settled?.outcome);
  if (outcome === undefined || signatureJobId === undefined) return;
  const { temporal } = dependencies;
  const workflowId = webhookDeliveryWorkflowId(organizationNumber, reference);
  try {
    await temporal.workflow.getHandle(workflowId).describe();
    const event: JobEvent = {
      type: 'job.archived',
      at: new Date().toISOString(),
      key: eventKeyOf('job.archived', signatureJobId),
      facts: { signatureJobId, outcome },
    };
    await publish({ organizationNumber, reference, events: [event] }, dependencies);
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return;
    // The change is confirmed: a repeated drain would not fetch it again.
    log.error('The last event of a job could not be published: it is lost.', { workflowId, error });
  }
}

/** A job that failed and is sent again continues its numbers, unless the state before is unreadable. */
async function earlierIfReadable(
  temporal: Client,
  execution: WorkflowExecutionDescription,
): Promise<WebhookDeliveryResult | undefined> {
  try {
    return await earlierWebhooks(temporal, execution);
  } catch (error) {
    // The key was removed: the job must not wait for it.
    if (!(error instanceof SigningError)) throw error;
    const { workflowId } = execution;
    log.error("The state of a job's earlier webhooks is unreadable: numbers start at 1 again.", {
      workflowId,
      error,
    });
    return undefined;
  }
}

/** The same for each repeat of an event, also by a workflow that a worker started again. Spec: Standard Webhooks, webhook-id. */
function idOf(...parts: readonly string[]): string {
  return `msg_${createHash('sha256').update(parts.join('/')).digest('hex').slice(0, 40)}`;
}
