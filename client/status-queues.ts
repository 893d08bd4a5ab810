import { WorkflowNotFoundError } from '@temporalio/client';
import {
  confirmForeignChangeUpdate,
  describeQueueQuery,
  FLOWS,
  statusQueueWorkflowId,
  UNDELIVERED_REASONS,
  withKnownWord,
  WORKFLOW_TYPES,
  type Flow,
  type StatusQueueDescription,
} from '@signering/contract';
import { SigningError } from '@signering/schema';
import type { CallOptions } from './call-options.js';
import { ofOrganization } from './job-filter.js';
import { UNDELIVERED_QUEUES } from './job-views.js';
import type { KnownJobs } from './known-jobs.js';
import { readableData } from './readable-data.js';
import { callFailureOf } from './signing-failure.js';

/** Names one of the organisation's polling queues. */
export interface QueueKey {
  readonly flow: Flow;
  readonly pollingQueue: string;
}

/** A queue in a list. */
export interface QueueSummary extends QueueKey {
  /** Whether a poller runs: it ends when no job needs the queue followed any longer. */
  readonly polled: boolean;
}

/** Where a polling queue stands. */
export interface QueueDescription extends Omit<StatusQueueDescription, 'version'>, QueueSummary {}

/** The argument of `SigningClient.listQueues`. */
export interface ListQueuesOptions extends CallOptions {
  /** Only queues of this flow. */
  readonly flow?: Flow | undefined;
  /** True: only polled queues with changes that were not delivered. @default false */
  readonly undelivered?: boolean | undefined;
}

/** The pollers of an organisation's queues. */
export class StatusQueues {
  readonly #jobs: KnownJobs;

  constructor(jobs: KnownJobs) {
    this.#jobs = jobs;
  }

  /** As `SigningClient.listQueues`. */
  async list({ flow, undelivered = false }: ListQueuesOptions): Promise<readonly QueueSummary[]> {
    const { organizationNumber, temporal } = this.#jobs;
    const query = [
      undelivered ? UNDELIVERED_QUEUES : `WorkflowType = '${WORKFLOW_TYPES.statusQueue}'`,
      ofOrganization(organizationNumber),
    ].join(' AND ');
    return temporal.call(async (client) => {
      const queues = new Map<string, QueueSummary>();
      // The newest run of a poller comes first.
      for await (const { workflowId, status } of client.workflow.list({ query })) {
        const name = queueNameIn(workflowId, organizationNumber);
        if (name !== undefined && (flow === undefined || flow === name.flow) && !queues.has(workflowId)) {
          queues.set(workflowId, { ...name, polled: status.name === 'RUNNING' });
        }
      }
      return [...queues.values()];
    });
  }

  /** As `SigningClient.getQueue`. */
  async describe(queue: QueueKey): Promise<QueueDescription> {
    const { temporal } = this.#jobs;
    try {
      return await temporal.within(async () => {
        const { status } = await temporal.call((client) =>
          client.workflow.getHandle(this.#idOf(queue)).describe(),
        );
        const {
          version: _,
          nextPollAt,
          ...description
        } = readableData(
          await temporal.ask((client) =>
            client.workflow.getHandle(this.#idOf(queue)).query(describeQueueQuery),
          ),
          `the answer of the poller of queue "${queue.pollingQueue}"`,
        );
        const polled = status.name === 'RUNNING';
        return {
          ...description,
          undelivered: description.undelivered.map((job) =>
            withKnownWord(job, 'reason', UNDELIVERED_REASONS),
          ),
          polled,
          ...(polled && nextPollAt !== undefined && { nextPollAt }),
        };
      });
    } catch (error) {
      throw error instanceof WorkflowNotFoundError ? queueNotFound(queue) : error;
    }
  }

  /** As `SigningClient.confirmForeignChange`. */
  async confirmForeignChange(queue: QueueKey, signatureJobId: string): Promise<void> {
    const { temporal } = this.#jobs;
    try {
      await temporal.ask((client) =>
        client.workflow
          .getHandle(this.#idOf(queue))
          .executeUpdate(confirmForeignChangeUpdate, { args: [{ signatureJobId }] }),
      );
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) throw queueNotFound(queue);
      throw callFailureOf(error, { what: 'No change was confirmed' });
    }
  }

  #idOf({ flow, pollingQueue }: QueueKey): string {
    return statusQueueWorkflowId(this.#jobs.organizationNumber, flow, pollingQueue);
  }
}

function queueNameIn(workflowId: string, organizationNumber: string): QueueKey | undefined {
  for (const flow of FLOWS) {
    const prefix = statusQueueWorkflowId(organizationNumber, flow, '');
    if (workflowId.startsWith(prefix)) return { flow, pollingQueue: workflowId.slice(prefix.length) };
  }
  return undefined;
}

/** QUEUE_NOT_FOUND. */
export function queueNotFound({ flow, pollingQueue }: QueueKey): SigningError {
  return new SigningError(
    'QUEUE_NOT_FOUND',
    `Polling queue "${pollingQueue}" has no poller in the ${flow.toLowerCase()} flow of this organisation. List the queues to compare.`,
  );
}
