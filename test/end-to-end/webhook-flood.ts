import { Client, type Connection } from '@temporalio/client';
import {
  publishEventsSignal,
  SIGNING_WEBHOOKS,
  TASK_QUEUE,
  WORKFLOW_TYPES,
  webhookDeliveryOptionsOf,
  webhookDeliveryWorkflowId,
  type PublishedEvent,
  type PublishEventsSignal,
} from '@signering/contract';
import { createPayloadCodec, parseKeys } from '@signering/encryption';
import { waitFor, type TestStack } from '../fixtures/index.js';

/** The argument of {@link floodWebhooks}. */
export interface FloodOptions {
  readonly stack: TestStack;
  readonly connection: Connection;
  readonly jobs: number;
  readonly eventsOfJob: number;
  readonly eventsOfSignal: number;
  readonly receivers: readonly string[];
  /** Waits until at least so many attempts were made for each job. */
  readonly attempts: number;
}

/** What the flood left at Temporal. */
export interface FloodFigures {
  /** The most events in the history of a delivery workflow, after the first attempts and later. */
  readonly longestHistory: number;
  readonly longestHistoryLater: number;
  readonly mostPendingActivities: number;
}

/** How many signals are sent at the same time. */
const AT_ONCE = 20;

/** Publishes many events as workers do, and looks at the delivery workflows while receivers do not take them. */
export async function floodWebhooks(options: FloodOptions): Promise<FloodFigures> {
  const { stack, connection, jobs, eventsOfJob, attempts } = options;
  const organizationNumber = stack.env['SIGNERING_ORGANIZATION'] ?? '';
  const codec = createPayloadCodec(parseKeys(stack.env['SIGNERING_KEYS'] ?? ''));
  const client = new Client({
    connection,
    namespace: stack.temporal.namespace,
    dataConverter: { payloadCodecs: [codec] },
  });
  const references = Array.from({ length: jobs }, (_, number) => `flood-${eventsOfJob}-${number}`);
  const signals = signalsOf({ ...options, organizationNumber }, references);
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const send of signals) await send(client);
    }),
  );
  const looked = references.filter((_, number) => number % Math.ceil(jobs / 50) === 0);
  const look = () =>
    Promise.all(
      looked.map(async (reference) => {
        const handle = client.workflow.getHandle(webhookDeliveryWorkflowId(organizationNumber, reference));
        const { historyLength, raw, typedSearchAttributes } = await handle.describe();
        const pending = raw.pendingActivities ?? [];
        // Signals that the workflow has not handled yet still add to its history, and so does the attribute of a late webhook.
        const isShown = typedSearchAttributes.get(SIGNING_WEBHOOKS) !== undefined;
        const isSettled = raw.pendingWorkflowTask == null && isShown;
        return { historyLength, pending: pending.length, attempt: pending[0]?.attempt ?? 0, isSettled };
      }),
    );
  const until = (attempt: number) =>
    waitFor(
      async () => {
        const seen = await look();
        return seen.every((one) => one.isSettled && one.attempt >= attempt) ? seen : undefined;
      },
      { what: `${attempt} attempts for each job`, withinMs: 15 * 60_000 },
    );
  const first = await until(Math.max(attempts - 1, 1));
  const later = await until(attempts);
  return {
    longestHistory: Math.max(...first.map(({ historyLength }) => historyLength)),
    longestHistoryLater: Math.max(...later.map(({ historyLength }) => historyLength)),
    mostPendingActivities: Math.max(...later.map(({ pending }) => pending)),
  };
}

/** The signals of all jobs, to be sent in any order. */
function* signalsOf(
  {
    organizationNumber,
    eventsOfJob,
    eventsOfSignal,
    receivers,
  }: FloodOptions & { readonly organizationNumber: string },
  references: readonly string[],
): Generator<(client: Client) => Promise<unknown>> {
  for (const reference of references) {
    const events = Array.from({ length: eventsOfJob }, (_, number): PublishedEvent => ({
      type: number === eventsOfJob - 1 ? 'job.archived' : 'signer.signed',
      at: '2026-03-01T09:30:00.000Z',
      id: `msg_${reference}_${number}`,
      facts: { signatureJobId: '1042', signer: number + 1 },
      receivers,
    }));
    while (events.length > 0) {
      const signalArgs: [PublishEventsSignal] = [{ events: events.splice(0, eventsOfSignal) }];
      yield (client) =>
        client.workflow.signalWithStart(WORKFLOW_TYPES.webhookDelivery, {
          ...webhookDeliveryOptionsOf({ version: 1, organizationNumber, reference }),
          taskQueue: TASK_QUEUE,
          signal: publishEventsSignal,
          signalArgs,
        });
    }
  }
}
