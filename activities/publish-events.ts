import { createHash } from 'node:crypto';
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import {
  publishEventsSignal,
  WORKFLOW_TYPES,
  webhookDeliveryOptionsOf,
  webhookDeliveryWorkflowId,
  type JobEvent,
  type JobIdentity,
  type WebhookDeliveryResult,
} from '@signering/contract';
import type { ActivityDependencies } from './dependencies.js';

/** The argument of the activity `publishEvents`. */
export interface PublishEventsInput extends Omit<JobIdentity, 'flow'> {
  readonly events: readonly JobEvent[];
}

export const createPublishEventsActivity = ({
  temporal,
  taskQueue,
  webhookReceivers = [],
}: Pick<ActivityDependencies, 'temporal' | 'taskQueue' | 'webhookReceivers'>) => ({
  /**
   * Hands events to the job's workflow `webhookDelivery`, which it starts if none runs. Safe to repeat: the workflow drops
   * repeats.
   */
  publishEvents: async ({ organizationNumber, reference, events }: PublishEventsInput): Promise<void> => {
    const published = events.map(({ key, ...event }) => ({
      ...event,
      id: idOf(organizationNumber, reference, key),
      receivers: webhookReceivers
        .filter(({ types }) => types?.includes(event.type) ?? true)
        .filter(({ organizations }) => organizations?.includes(organizationNumber) ?? true)
        .map(({ id }) => id),
    }));
    const before = await stateBefore(webhookDeliveryWorkflowId(organizationNumber, reference), temporal);
    await temporal.workflow.signalWithStart(WORKFLOW_TYPES.webhookDelivery, {
      ...webhookDeliveryOptionsOf({
        version: 1,
        organizationNumber,
        reference,
        ...(before !== undefined && { before }),
      }),
      taskQueue,
      signal: publishEventsSignal,
      signalArgs: [{ events: published }],
    });
  },
});

/** The result of an earlier run: a job that failed and is sent again continues its numbers. */
async function stateBefore(workflowId: string, temporal: Client): Promise<WebhookDeliveryResult | undefined> {
  const handle = temporal.workflow.getHandle(workflowId);
  try {
    const { status } = await handle.describe();
    return status.name === 'COMPLETED' ? ((await handle.result()) as WebhookDeliveryResult) : undefined;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/** The same for each repeat of an event, also by a workflow that a worker started again. Spec: Standard Webhooks, webhook-id. */
function idOf(...parts: readonly string[]): string {
  return `msg_${createHash('sha256').update(parts.join('/')).digest('hex').slice(0, 40)}`;
}
