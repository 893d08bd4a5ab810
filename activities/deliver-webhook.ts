import { Context } from '@temporalio/activity';
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { webhookSwitchWorkflowId, type WebhookToDeliver } from '@signering/contract';
import { WEBHOOK_PAYLOAD } from '@signering/contract/schemas';
import { InvalidInputError, SigningError } from '@signering/schema';
import type { WebhookSender } from './send-webhook.js';
import type { WebhookReceiver } from './webhook-receiver.js';

/** How often a worker looks whether a receiver was disabled while requests are under way, in milliseconds. */
const LOOK_EVERY_MS = 1000;

/** What the activities of one receiver use. */
export interface WebhookActivityDependencies {
  readonly receiver: WebhookReceiver;
  /** Of the signing activities. */
  readonly taskQueue: string;
  readonly sender: WebhookSender;
  /** Asks whether the receiver is disabled. */
  readonly temporal: Client;
}

export type WebhookActivities = ReturnType<typeof createWebhookActivities>;

/** The activity of one receiver, whose worker polls the receiver's own task queue. */
export const createWebhookActivities = ({
  receiver,
  taskQueue,
  sender,
  temporal,
}: WebhookActivityDependencies) => {
  const isDisabled = () => isRunning(webhookSwitchWorkflowId(taskQueue, receiver.id), temporal);
  const watch = new DisablingWatch(isDisabled);
  return {
    /**
     * Sends one webhook. Safe to repeat: a receiver drops repeats by their id.
     * @throws WEBHOOK_NOT_DELIVERED, WEBHOOK_ADDRESS_REFUSED (both retryable), WEBHOOK_DISABLED, INVALID_REQUEST
     */
    deliverWebhook: async (webhook: WebhookToDeliver): Promise<void> => {
      demandWebhook(webhook, receiver.id);
      const { id, payload } = webhook;
      if (await isDisabled()) throw disabled(receiver.id);
      const request = watch.begin();
      try {
        const signal = AbortSignal.any([request.signal, Context.current().cancellationSignal]);
        await sender.send({ receiver, id, body: JSON.stringify(payload), signal });
      } catch (error) {
        throw request.signal.aborted ? disabled(receiver.id) : error;
      } finally {
        watch.end(request);
      }
    },
  };
};

/** Ends the requests to a receiver when it is disabled. One look serves all requests that are under way. */
class DisablingWatch {
  readonly #isDisabled: () => Promise<boolean>;
  readonly #requests = new Set<AbortController>();
  #timer: NodeJS.Timeout | undefined;

  constructor(isDisabled: () => Promise<boolean>) {
    this.#isDisabled = isDisabled;
  }

  begin(): AbortController {
    const request = new AbortController();
    this.#requests.add(request);
    this.#timer ??= setInterval(() => void this.#look(), LOOK_EVERY_MS);
    return request;
  }

  end(request: AbortController): void {
    this.#requests.delete(request);
    if (this.#requests.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #look(): Promise<void> {
    try {
      if (await this.#isDisabled()) for (const request of this.#requests) request.abort();
    } catch {
      // Temporal does not answer; the requests go on.
    }
  }
}

/** Encrypted data can be copied from another task without the key. @throws INVALID_REQUEST */
function demandWebhook(webhook: Partial<WebhookToDeliver> | undefined, receiver: string): void {
  const problems = [
    ...(webhook?.receiver === receiver ? [] : [{ path: 'receiver', message: `must be ${receiver}` }]),
    ...(typeof webhook?.id === 'string' ? [] : [{ path: 'id', message: 'must be a text' }]),
    ...(WEBHOOK_PAYLOAD.safeParse(webhook?.payload).success
      ? []
      : [{ path: 'payload', message: 'must be the body of a webhook' }]),
  ];
  if (problems.length > 0) throw new InvalidInputError('INVALID_REQUEST', 'Nothing was sent', problems);
}

async function isRunning(workflowId: string, temporal: Client): Promise<boolean> {
  try {
    return (await temporal.workflow.getHandle(workflowId).describe()).status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

function disabled(receiver: string): SigningError {
  return new SigningError(
    'WEBHOOK_DISABLED',
    `Nothing is sent to ${receiver}: an operator disabled it. After signering webhooks enable, signering webhooks retry sends it.`,
  );
}
