import type { Client, SignalDefinition } from '@temporalio/client';
import { continuing, earlierWebhooks, isDelivering } from './earlier-webhooks.js';
import type { JobIdentity } from './job-identity.js';
import { WORKFLOW_TYPES } from './names.js';
import { webhookDeliveryOptionsOf } from './webhooks.js';
import { webhookDeliveryWorkflowId } from './workflow-ids.js';

/** The argument of {@link signalWebhookDelivery}. */
export interface WebhookSignal<Argument> extends Omit<JobIdentity, 'flow'> {
  /** Where a new workflow runs. */
  readonly taskQueue: string;
  readonly signal: SignalDefinition<[Argument]>;
  readonly argument: Argument;
  /** Reads the state that a new run continues. @default {@link earlierWebhooks} */
  readonly readEarlier?: typeof earlierWebhooks;
}

/**
 * Signals the workflow that delivers the webhooks of a job, and starts one if none runs. A new run continues the state of the
 * run before, which a run that is open still changes.
 * @throws as `readEarlier`, and errors of Temporal's client
 */
export async function signalWebhookDelivery<Argument>(
  client: Client,
  options: WebhookSignal<Argument>,
): Promise<void> {
  const {
    organizationNumber,
    reference,
    taskQueue,
    signal,
    argument,
    readEarlier = earlierWebhooks,
  } = options;
  const handle = client.workflow.getHandle(webhookDeliveryWorkflowId(organizationNumber, reference));
  for (;;) {
    const execution = await unlessNotFound(handle.describe());
    if (execution === undefined || !isDelivering(execution)) {
      const ended = execution && (await readEarlier(client, execution));
      await client.workflow.signalWithStart(WORKFLOW_TYPES.webhookDelivery, {
        ...webhookDeliveryOptionsOf({ version: 1, organizationNumber, reference, ...continuing(ended) }),
        taskQueue,
        signal: signal.name,
        signalArgs: [argument] as [unknown],
      });
      return;
    }
    const isTaken = await unlessNotFound(handle.signal(signal, argument).then(() => true));
    if (isTaken === true) return;
    // The run has ended since.
  }
}

async function unlessNotFound<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    // Found by its name, because workflows cannot import the SDK's client.
    if (error instanceof Error && error.name === 'WorkflowNotFoundError') return undefined;
    throw error;
  }
}
