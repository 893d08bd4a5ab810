import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import {
  continuing,
  earlierWebhooks,
  failedWebhooksQuery,
  isDelivering,
  maskedTexts,
  receiverEnabledSignal,
  retryFailedSignal,
  SIGNING_UNDELIVERED,
  WORKFLOW_TYPES,
  webhookDeliveryOptionsOf,
  webhookDeliveryWorkflowId,
  webhookSwitchWorkflowId,
  whatIsWrongWithBy,
  whatIsWrongWithReason,
  type DecidedBy,
  type FailedWebhook,
  type RetryFailedSignal,
  type WebhookDeliveryResult,
} from '@signering/contract';
import {
  InvalidInputError,
  WEBHOOK_RECEIVER_ID,
  type ErrorCode,
  type Problem,
  type WebhookType,
} from '@signering/schema';
import type { CallOptions } from './call-options.js';
import { ofOrganization } from './job-filter.js';
import type { KnownJobs } from './known-jobs.js';
import type { DecidedByOptions } from './operator-decisions.js';
import { isReceiverOfWorkers } from './receiver-of-workers.js';

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

/** A receiver that an operator disabled. */
export interface DisabledReceiver {
  readonly receiver: string;
  /** ISO 8601. */
  readonly disabledAt: string;
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
      const failed = await this.#call(options, async () => (await this.#stateOf(reference)).failed);
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
    const { failed, ended } = await this.#call(options, () => this.#stateOf(reference));
    if (!failed.some((one) => receiver === undefined || one.receiver === receiver)) return false;
    const signalArgs: [RetryFailedSignal] = [{ ...(receiver !== undefined && { receiver }) }];
    const startOptions = webhookDeliveryOptionsOf({
      version: 1,
      organizationNumber,
      reference,
      ...continuing(ended),
    });
    try {
      await this.#call(options, async ({ workflow }) => {
        if (ended === undefined)
          return workflow.getHandle(startOptions.workflowId).signal(retryFailedSignal, ...signalArgs);
        const signal = retryFailedSignal;
        await workflow.signalWithStart(WORKFLOW_TYPES.webhookDelivery, {
          ...startOptions,
          taskQueue,
          signal,
          signalArgs,
        });
      });
      return true;
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
      // The run has ended since, with a state that a new run continues.
      return this.#retry(reference, options);
    }
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
    const decidedBy = demandDecision(receiver, { by, reason });
    const { taskQueue } = this.#jobs;
    const isKnown = await this.#call(options, (client) =>
      isReceiverOfWorkers(client, { taskQueue, receiver }),
    );
    await this.#call(options, (client) =>
      client.workflow.start(WORKFLOW_TYPES.webhookSwitch, {
        workflowId: webhookSwitchWorkflowId(taskQueue, receiver),
        taskQueue,
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        workflowIdConflictPolicy: 'USE_EXISTING',
        args: [
          {
            version: 1,
            receiver,
            ...decidedBy,
          },
        ],
        staticSummary: `Disables webhooks to ${receiver}`,
      }),
    );
    return isKnown;
  }

  /** Ends {@link disable}. Safe to repeat. @throws INVALID_REQUEST, TEMPORAL_UNAVAILABLE (retryable), TEMPORAL_REFUSED */
  async enable(receiver: string, { by, reason, ...options }: DecidedByOptions = {}): Promise<void> {
    const decidedBy = demandDecision(receiver, { by, reason });
    const handle = ({ workflow }: Client) =>
      workflow.getHandle(webhookSwitchWorkflowId(this.#jobs.taskQueue, receiver));
    try {
      // The reason of a termination is not encrypted; the signal is.
      await this.#call(options, (client) => handle(client).signal(receiverEnabledSignal, decidedBy));
      await this.#call(options, (client) => handle(client).terminate('The receiver is enabled again.'));
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  }

  /** Lists the receivers that are disabled. @throws TEMPORAL_UNAVAILABLE (retryable), TEMPORAL_REFUSED */
  async listDisabled(options: CallOptions = {}): Promise<readonly DisabledReceiver[]> {
    const query = `WorkflowType = '${WORKFLOW_TYPES.webhookSwitch}' AND ExecutionStatus = 'Running'`;
    const prefix = webhookSwitchWorkflowId(this.#jobs.taskQueue, '');
    return this.#call(options, async (client) => {
      const disabled: DisabledReceiver[] = [];
      for await (const { workflowId, startTime } of client.workflow.list({ query })) {
        const receiver = workflowId.slice(prefix.length);
        // The name of another task queue may begin with this one.
        if (workflowId.startsWith(prefix) && WEBHOOK_RECEIVER_ID.test(receiver))
          disabled.push({ receiver, disabledAt: startTime.toISOString() });
      }
      return disabled;
    });
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

  /** The failed webhooks of a job; `ended` is the result of a completed run, which a new one continues. */
  async #stateOf(
    reference: string,
  ): Promise<{ readonly failed: readonly FailedWebhook[]; readonly ended?: WebhookDeliveryResult }> {
    const { organizationNumber, temporal } = this.#jobs;
    const workflowId = webhookDeliveryWorkflowId(organizationNumber, reference);
    try {
      return await temporal.within(async () => {
        const execution = await temporal.call((client) => client.workflow.getHandle(workflowId).describe());
        if (!isDelivering(execution)) {
          const ended = await temporal.call((client) => earlierWebhooks(client, execution));
          return ended === undefined ? { failed: [] } : { failed: ended.failed, ended };
        }
        const failed = await temporal.ask((client) =>
          client.workflow.getHandle(workflowId).query(failedWebhooksQuery),
        );
        return { failed };
      });
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return { failed: [] };
      throw error;
    }
  }

  #call<T>({ signal, timeoutMs }: CallOptions, action: (client: Client) => Promise<T>): Promise<T> {
    const { temporal } = this.#jobs;
    return temporal.bounded({ signal, timeoutMs }, () => temporal.call(action));
  }
}

/** @throws INVALID_REQUEST */
function demandDecision(
  receiver: string,
  { by, reason }: Pick<DecidedByOptions, 'by' | 'reason'>,
): DecidedBy {
  const wrong = [
    ['receiver', WEBHOOK_RECEIVER_ID.test(receiver) ? undefined : 'must be the id of a receiver'],
    ['by', by === undefined ? undefined : whatIsWrongWithBy(by)],
    ['reason', reason === undefined ? undefined : whatIsWrongWithReason(reason)],
  ] as const;
  const problems = wrong.flatMap(([path, message]): Problem[] =>
    message === undefined ? [] : [{ path, message }],
  );
  if (problems.length > 0) {
    throw new InvalidInputError('INVALID_REQUEST', 'The receiver cannot be switched', problems);
  }
  return maskedTexts({ ...(by !== undefined && { by }), ...(reason !== undefined && { reason }) });
}
