import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import {
  earlierWebhooks,
  failedWebhooksQuery,
  isDelivering,
  retryFailedSignal,
  SIGNING_UNDELIVERED,
  signalWebhookDelivery,
  WORKFLOW_TYPES,
  webhookDeliveryWorkflowId,
  type FailedWebhook,
} from '@signering/contract';
import type { ErrorCode, WebhookType } from '@signering/schema';
import type { CallOptions } from './call-options.js';
import {
  demandSwitch,
  disableReceiver,
  enableReceiver,
  listDisabledReceivers,
  type DisabledReceiver,
} from './disabled-receivers.js';
import { ofOrganization } from './job-filter.js';
import type { KnownJobs } from './known-jobs.js';
import type { DecidedByOptions } from './operator-decisions.js';

/** A webhook that a worker gave up. */
export interface FailedWebhookSummary {
  readonly reference: string;
  /** The receiver's id, as in the settings of the workers. */
  readonly receiver: string;
  readonly type: WebhookType;
  /** The event's number for its job. */
  readonly sequence: number;
  /** The header `webhook-id`. */
  readonly id: string;
  readonly code: ErrorCode;
  /** Why the last attempt failed. */
  readonly message: string;
  /** ISO 8601. */
  readonly failedAt: string;
}

/** Selects failed webhooks. */
export interface FailedWebhooksOptions extends CallOptions {
  /** Only webhooks of this job. */
  readonly reference?: string | undefined;
  /** Only webhooks to this receiver. */
  readonly receiver?: string | undefined;
}

/** The webhooks that workers send, as operators see them. */
export class Webhooks {
  readonly #jobs: KnownJobs;

  constructor(jobs: KnownJobs) {
    this.#jobs = jobs;
  }

  /**
   * Lists webhooks that were given up, job by job; those of ended jobs as long as Temporal keeps their workflows.
   * @throws TEMPORAL_UNAVAILABLE, WORKER_UNAVAILABLE (both retryable), TEMPORAL_REFUSED, KEY_MISMATCH
   */
  async *listFailed(
    options: FailedWebhooksOptions = {},
  ): AsyncGenerator<FailedWebhookSummary, void, undefined> {
    for await (const reference of this.#references(options)) {
      const failed = await this.#call(options, () => this.#failedOf(reference));
      for (const { receiver, id, payload, code, message, failedAt } of failed) {
        if (options.receiver !== undefined && options.receiver !== receiver) continue;
        const { type, data } = payload;
        yield { reference, receiver, type, sequence: data.sequence, id, code, message, failedAt };
      }
    }
  }

  /**
   * Sends failed webhooks again, with the same id, for three days as at first; returns the references of their jobs. A
   * disabled receiver gets nothing: enable it first.
   * @throws TEMPORAL_UNAVAILABLE, WORKER_UNAVAILABLE (both retryable), TEMPORAL_REFUSED, KEY_MISMATCH
   */
  async *retryFailed(options: FailedWebhooksOptions = {}): AsyncGenerator<string, void, undefined> {
    for await (const reference of this.#references(options)) {
      if (await this.#retry(reference, options)) yield reference;
    }
  }

  /** True if the job has failed webhooks. */
  async #retry(reference: string, options: FailedWebhooksOptions): Promise<boolean> {
    const { organizationNumber, taskQueue } = this.#jobs;
    const { receiver } = options;
    const failed = await this.#call(options, () => this.#failedOf(reference));
    if (!failed.some((one) => receiver === undefined || one.receiver === receiver)) return false;
    await this.#call(options, (client) =>
      signalWebhookDelivery(client, {
        organizationNumber,
        reference,
        taskQueue,
        signal: retryFailedSignal,
        argument: { ...(receiver !== undefined && { receiver }) },
      }),
    );
    return true;
  }

  /**
   * Has every worker send nothing more to a receiver, for all organisations, until {@link enable}. A request under way is
   * ended within about a second. Webhooks that are due meanwhile are given up, and can be sent again with
   * {@link retryFailed}. Safe to repeat: the first decision stands. Returns false if no worker polls, so that nothing shows
   * whether there is such a receiver.
   * @throws INVALID_REQUEST, also for a receiver that no worker has and no webhook waits for; TEMPORAL_UNAVAILABLE (retryable),
   * TEMPORAL_REFUSED
   */
  async disable(receiver: string, { by, reason, ...options }: DecidedByOptions = {}): Promise<boolean> {
    const decidedBy = demandSwitch(receiver, { by, reason });
    const { taskQueue } = this.#jobs;
    return this.#call(options, (client) => disableReceiver(client, { taskQueue, receiver, decidedBy }));
  }

  /** Ends {@link disable}. Safe to repeat. @throws INVALID_REQUEST, TEMPORAL_UNAVAILABLE (retryable), TEMPORAL_REFUSED */
  async enable(receiver: string, { by, reason, ...options }: DecidedByOptions = {}): Promise<void> {
    const decidedBy = demandSwitch(receiver, { by, reason });
    const { taskQueue } = this.#jobs;
    await this.#call(options, (client) => enableReceiver(client, { taskQueue, receiver, decidedBy }));
  }

  /** Lists the receivers that are disabled. @throws TEMPORAL_UNAVAILABLE (retryable), TEMPORAL_REFUSED */
  async listDisabled(options: CallOptions = {}): Promise<readonly DisabledReceiver[]> {
    return this.#call(options, (client) => listDisabledReceivers(client, this.#jobs.taskQueue));
  }

  /** The jobs with failed webhooks; of several runs of one workflow the newest counts. */
  async *#references({ reference, ...options }: FailedWebhooksOptions): AsyncGenerator<string> {
    if (reference !== undefined) {
      yield reference;
      return;
    }
    const { organizationNumber } = this.#jobs;
    const prefix = webhookDeliveryWorkflowId(organizationNumber, '');
    const query = [
      `WorkflowType = '${WORKFLOW_TYPES.webhookDelivery}'`,
      ofOrganization(organizationNumber),
      `${SIGNING_UNDELIVERED.name} > 0`,
    ].join(' AND ');
    const listed = await this.#call(options, async (client) => {
      const ids = new Set<string>();
      for await (const { workflowId } of client.workflow.list({ query })) ids.add(workflowId);
      return ids;
    });
    for (const workflowId of listed) yield workflowId.slice(prefix.length);
  }

  async #failedOf(reference: string): Promise<readonly FailedWebhook[]> {
    const { organizationNumber, temporal } = this.#jobs;
    const workflowId = webhookDeliveryWorkflowId(organizationNumber, reference);
    try {
      return await temporal.within(async () => {
        const execution = await temporal.call((client) => client.workflow.getHandle(workflowId).describe());
        if (isDelivering(execution)) {
          return temporal.ask((client) => client.workflow.getHandle(workflowId).query(failedWebhooksQuery));
        }
        return (await temporal.call((client) => earlierWebhooks(client, execution)))?.failed ?? [];
      });
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return [];
      throw error;
    }
  }

  #call<T>({ signal, timeoutMs }: CallOptions, action: (client: Client) => Promise<T>): Promise<T> {
    const { temporal } = this.#jobs;
    return temporal.bounded({ signal, timeoutMs }, () => temporal.call(action));
  }
}
