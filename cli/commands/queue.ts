import { InvalidArgumentError, Option, type Command } from 'commander';
import type { QueueDescription, SigningClient } from '@signering/client';
import { SigningError } from '@signering/schema';
import { withClient } from '../client.js';
import { print } from '../terminal/print.js';
import { queueLines, queueListLines, type ListedQueue } from '../terminal/queue-view.js';
import { FLOWS, flowOption, type FlowOption } from './flow-option.js';
import { senderOption, type SenderOption } from './sender-option.js';

interface QueueOptions extends SenderOption, FlowOption {
  readonly confirmForeign?: string;
  readonly json?: boolean;
}

/** `signering queue`: polling queues and their undelivered changes. */
export function addQueueCommand(program: Command): void {
  program
    .command('queue')
    .summary('show polling queues and undelivered changes')
    .description(
      'Shows when a polling queue is polled next, until when it is followed, and each status change that was not ' +
        'delivered, with the reason. Without a name it lists the queues. --confirm-foreign confirms the change of a foreign ' +
        'job when the service hands it out again; the service may then delete the documents of that job.',
    )
    .argument('[name]', 'the polling queue, such as signering-workflows')
    .addOption(flowOption('only the queue of this flow (default: both)'))
    .addOption(
      new Option(
        '--confirm-foreign <job>',
        'id of a job that is shown as FOREIGN; any other id is rejected',
      ).argParser((text: string) => {
        if (!/^\d{1,18}$/u.test(text))
          throw new InvalidArgumentError('It must be a job id, up to 18 digits.');
        return text;
      }),
    )
    .addOption(senderOption())
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  $ signering queue\n  $ signering queue signering-workflows' +
        '\n  $ signering queue signering-workflows --confirm-foreign 1042',
    )
    .action(async (name: string | undefined, options: QueueOptions, command: Command) => {
      const job = options.confirmForeign;
      if (name === undefined && job !== undefined) {
        command.error('error: --confirm-foreign requires the name of the queue');
      }
      await withClient(async ({ client }) => {
        if (name === undefined) {
          const queues = await listQueues(client, options);
          print(queueListLines(queues), { ...options, value: queues });
          return;
        }
        const queues = await getQueues(client, name, options);
        if (job === undefined) {
          const lines = queues.flatMap((queue, index) => [
            ...(index === 0 ? [] : ['']),
            ...queueLines(queue),
          ]);
          print(lines, { ...options, value: queues });
          return;
        }
        const { flow, pollingQueue } = queueThatSaw(queues, job);
        await client.confirmForeignChange({ flow, pollingQueue }, job);
        print(
          [
            `The change of job ${job} is confirmed when the service hands it out again,`,
            'within 10 minutes.',
          ],
          { ...options, value: { flow, pollingQueue, signatureJobId: job } },
        );
      }, options);
    });
}

async function listQueues(client: SigningClient, { flow }: QueueOptions): Promise<readonly ListedQueue[]> {
  const queues = await client.listQueues({ flow: flow === undefined ? undefined : FLOWS[flow] });
  return Promise.all(
    queues.map(async (queue) =>
      queue.polled ? { ...queue, description: await client.getQueue(queue) } : queue,
    ),
  );
}

/** The queue of that name in each flow that has one. @throws QUEUE_NOT_FOUND */
async function getQueues(
  client: SigningClient,
  pollingQueue: string,
  { flow }: QueueOptions,
): Promise<readonly [QueueDescription, ...QueueDescription[]]> {
  const flows = flow === undefined ? Object.values(FLOWS) : [FLOWS[flow]];
  const found: QueueDescription[] = [];
  let missing: unknown;
  for (const one of flows) {
    try {
      found.push(await client.getQueue({ flow: one, pollingQueue }));
    } catch (error) {
      if (!(error instanceof SigningError) || error.code !== 'QUEUE_NOT_FOUND') throw error;
      missing = error;
    }
  }
  const [first, ...others] = found;
  if (first === undefined) throw missing;
  return [first, ...others];
}

/** The queue that reports the job as foreign; otherwise the first one, whose poller rejects the request. */
function queueThatSaw(
  queues: readonly [QueueDescription, ...QueueDescription[]],
  job: string,
): QueueDescription {
  const saw = queues.find(({ undelivered }) =>
    undelivered.some(({ signatureJobId, reason }) => signatureJobId === job && reason === 'FOREIGN'),
  );
  return saw ?? queues[0];
}
