import { condition, continueAsNew, setHandler, workflowInfo } from '@temporalio/workflow';
import {
  failedWebhooksQuery,
  publishEventsSignal,
  retryFailedSignal,
  type WebhookDeliveryInput,
  type WebhookDeliveryResult,
} from '@signering/contract';
import { demandInputVersion } from './input-version.js';
import { WebhookDeliveries } from './webhook-deliveries.js';

/**
 * Delivers the webhooks of one job, from its first event until each delivery of its last event was made or given up. The
 * job's workflow does not wait for it.
 */
export async function webhookDelivery(input: WebhookDeliveryInput): Promise<WebhookDeliveryResult> {
  demandInputVersion(input);
  const deliveries = new WebhookDeliveries(input);
  setHandler(publishEventsSignal, ({ events }) => deliveries.take(events));
  setHandler(retryFailedSignal, ({ receiver }) => deliveries.retry(receiver));
  setHandler(failedWebhooksQuery, () => deliveries.failed);
  await condition(() => deliveries.isDone || workflowInfo().continueAsNewSuggested);
  if (!deliveries.isDone) {
    deliveries.stop();
    const { state, ended } = deliveries;
    await continueAsNew<typeof webhookDelivery>({ ...input, before: state, ended });
  }
  return { version: 1, ...deliveries.state };
}
