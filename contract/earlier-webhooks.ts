import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { WORKFLOW_TYPES } from './names.js';
import type { WebhookDeliveryInput, WebhookDeliveryResult } from './webhooks.js';

/** True if the workflow that has the id of a job's webhooks is of the type that delivers them, and is open. */
export function isDelivering({ type, status }: WorkflowExecutionDescription): boolean {
  return type === WORKFLOW_TYPES.webhookDelivery && (status.name === 'RUNNING' || status.name === 'PAUSED');
}

/**
 * The result of a completed workflow `webhookDelivery`; undefined for one that did not complete or is of another type.
 * Only workers write it: where the client encrypts, an unencrypted result counts as none.
 * @throws KEY_MISMATCH when this process does not have its key
 */
export async function earlierWebhooks(
  client: Client,
  { workflowId, runId, type, status }: WorkflowExecutionDescription,
): Promise<WebhookDeliveryResult | undefined> {
  if (type !== WORKFLOW_TYPES.webhookDelivery || status.name !== 'COMPLETED') return undefined;
  const { namespace, loadedDataConverter } = client.options;
  const { history } = await client.workflowService.getWorkflowExecutionHistoryReverse({
    namespace,
    execution: { workflowId, runId },
    maximumPageSize: 1,
  });
  const { result } = history?.events?.[0]?.workflowExecutionCompletedEventAttributes ?? {};
  let payload = result?.payloads?.[0];
  for (const codec of [...loadedDataConverter.payloadCodecs].reverse()) {
    if (payload === undefined) return undefined;
    const [decoded] = await codec.decode([payload]);
    // The codec lets an unencrypted payload pass.
    if (decoded === payload) return undefined;
    payload = decoded;
  }
  return payload === undefined ? undefined : loadedDataConverter.payloadConverter.fromPayload(payload);
}

/** What a new run continues after a completed one, which has delivered or given up everything. */
export function continuing(
  result: WebhookDeliveryResult | undefined,
): Pick<WebhookDeliveryInput, 'before' | 'ended'> {
  if (result === undefined) return {};
  const { version: _, ...state } = result;
  return { before: { ...state, pending: [] }, ended: true };
}
