import type { Client } from '@temporalio/client';
import { DEFAULT_POLLING_QUEUE, signingWorkflowId, statusQueueWorkflowId } from '@signering/contract';
import type { TestReceiver } from '../../end-to-end/webhook-receiver.js';
import { lasting, type FaultKind, type FaultParts } from './fault-kind.js';

type Answer = Parameters<TestReceiver['answer']>[0];

const signals = { group: 'MESSAGES', endsBy: 'ITSELF', losesCreate: false } as const;
const webhooks = { group: 'WEBHOOKS', endsBy: 'LIFTED', losesCreate: false } as const;

function pollerOf({ organizationNumber }: FaultParts): string {
  return statusQueueWorkflowId(organizationNumber, 'PORTAL', DEFAULT_POLLING_QUEUE);
}

/** Some jobs of the campaign, the newest and others. */
function jobsOf({ organizationNumber, references, random }: FaultParts): readonly string[] {
  const begun = references();
  return [begun.at(-1), random.pick(begun), random.pick(begun)].flatMap((reference) =>
    reference === undefined ? [] : [signingWorkflowId(organizationNumber, reference)],
  );
}

/** Returns how many signals Temporal took: a workflow that has ended takes none. */
async function send(
  client: Client,
  workflowIds: readonly string[],
  signal: string,
  argument: unknown,
): Promise<number> {
  let taken = 0;
  for (const workflowId of workflowIds) {
    const sent = client.workflow.getHandle(workflowId).signal(signal, argument);
    taken += await sent.then(
      () => 1,
      () => 0,
    );
  }
  return taken;
}

async function answering(parts: FaultParts, answer: Answer): Promise<number> {
  const { receiver } = parts;
  if (receiver === undefined) return 0;
  const before = receiver.received.length;
  receiver.answer(answer);
  try {
    return await lasting(parts, () => receiver.received.length - before);
  } finally {
    receiver.answer(204);
    if (answer === 'hang') receiver.disconnect();
  }
}

/** Signals that neither client nor worker sends, and receivers of webhooks that do not do their part. */
export const MESSAGE_KINDS: readonly FaultKind[] = [
  {
    ...signals,
    name: 'UNDECRYPTABLE_SIGNALS_TO_POLLER',
    does: 'signals the poller of the queue under a key that no worker has',
    happen: (parts) =>
      send(parts.stranger, [pollerOf(parts)], 'follow', { until: '2099-01-01T00:00:00.000Z' }),
  },
  {
    ...signals,
    name: 'STRAY_SIGNALS',
    does: 'signals jobs under a key that no worker has',
    happen: (parts) => send(parts.stranger, jobsOf(parts), 'statusChange', { change: {} }),
  },
  {
    ...signals,
    name: 'JUNK_SIGNALS',
    does: 'signals jobs and the poller with content that is no status change, under their own key',
    happen: async (parts) =>
      (await send(parts.temporal, jobsOf(parts), 'statusChange', { change: { signatureJobId: 5 } })) +
      (await send(parts.temporal, jobsOf(parts), 'statusChange', 'text')) +
      (await send(parts.temporal, [pollerOf(parts)], 'follow', { until: 5 })),
  },
  {
    ...signals,
    name: 'UNKNOWN_SIGNALS',
    does: 'sends jobs and the poller signals of another name',
    happen: (parts) => send(parts.temporal, [...jobsOf(parts), pollerOf(parts)], 'somethingElse', {}),
  },
  {
    ...webhooks,
    name: 'WEBHOOK_RECEIVER_HANGS',
    does: 'lets the receiver of webhooks answer nothing',
    happen: (parts) => answering(parts, 'hang'),
  },
  {
    ...webhooks,
    name: 'WEBHOOK_RECEIVER_FAILS',
    does: 'lets the receiver of webhooks answer 500',
    happen: (parts) => answering(parts, 500),
  },
  {
    ...webhooks,
    name: 'WEBHOOK_RECEIVER_CLOSES',
    does: 'lets the receiver of webhooks close the connection without an answer',
    happen: (parts) => answering(parts, (response) => response.destroy()),
  },
];
