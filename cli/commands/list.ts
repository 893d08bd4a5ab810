import { InvalidArgumentError, Option, type Command } from 'commander';
import type { JobFilter, JobSummary, JobView, SigningClient } from '@signering/client';
import { SIGNING_STATES, type SigningState } from '@signering/contract';
import { withClient } from '../client.js';
import { parseMoment, whatIsWrongWithMoment } from '../syntax/moment.js';
import { print } from '../terminal/print.js';
import { queueLines } from '../terminal/queue-view.js';
import { FLOWS, flowOption, type FlowOption } from './flow-option.js';
import { senderOption, type SenderOption } from './sender-option.js';

interface ListOptions extends SenderOption, FlowOption {
  readonly state?: readonly SigningState[];
  readonly failed?: boolean;
  readonly view?: ViewName;
  /** ISO 8601 in UTC. */
  readonly endedAfter?: string;
  readonly limit?: number;
  readonly json?: boolean;
}

/** UNDELIVERABLE lists polling queues; the others are those of `listJobs`. */
const VIEWS = {
  overdue: 'OVERDUE',
  'needs-operator': 'NEEDS_OPERATOR',
  'not-archived': 'NOT_ARCHIVED',
  undeliverable: 'UNDELIVERABLE',
  unreadable: 'UNREADABLE',
} as const satisfies Readonly<Record<string, JobView | 'UNDELIVERABLE'>>;
type ViewName = keyof typeof VIEWS;

/** The title and the pending signers are read for the jobs of the first page. */
const PAGE_SIZE = 100;

/** `signering list`: lists the jobs in Temporal. */
export function addListCommand(program: Command): void {
  program
    .command('list')
    .summary('list jobs')
    .description(
      "Lists the jobs of your organisation in Temporal's retention period: reference, flow, state and " +
        'deadline, and for the first 100 the title and the pending signers. Jobs that run come first, then those that ' +
        'ended last. Several filters select the jobs that match ' +
        'all of them.',
    )
    .addOption(
      new Option('--state <state...>', 'only jobs in this state, or in one of several').choices(
        SIGNING_STATES,
      ),
    )
    .addOption(flowOption('only jobs of this flow (default: both)'))
    .addOption(
      new Option('--view <name>', 'what an operator looks for; see below').choices(Object.keys(VIEWS)),
    )
    .option('--failed', 'only jobs whose signing process failed or was terminated')
    .addOption(
      new Option(
        '--ended-after <time>',
        'only jobs that ended after this time, such as 2026-12-01T08:00 in local time',
      ).argParser(momentOf),
    )
    .addOption(new Option('--limit <n>', 'at most so many jobs (default: all)').argParser(limitOf))
    .addOption(senderOption())
    .option('--json', 'print JSON: one object a line for each job, as it is found')
    .addHelpText(
      'after',
      `
Views:
  overdue         the time to sign ended, and the service has reported nothing
  needs-operator  an operator must decide
  not-archived    signatures, which the service keeps 40 days, are not archived
  undeliverable   polling queues with undelivered changes; only with --flow
  unreadable      no worker can decrypt the input; checks every open job

Examples:
  $ signering list --limit 20
  $ signering list --failed --json
  $ signering list --view needs-operator
  $ signering list --state WAITING_FOR_SIGNERS OVERDUE --flow portal
  $ signering list --ended-after 2026-12-01T00:00Z --json | jq -r .reference`,
    )
    .action(async (options: ListOptions, command: Command) => {
      if (options.view === 'undeliverable') {
        const other = JOB_OPTIONS.find((name) => options[name] !== undefined);
        if (other !== undefined)
          command.error(
            `error: --view undeliverable lists polling queues: it cannot be used with --${other === 'endedAfter' ? 'ended-after' : other}`,
          );
      }
      await withClient(async ({ client }) => {
        if (options.view === 'undeliverable') {
          await printUndeliverable(client, options);
          return;
        }
        if (options.json === true) {
          for await (const job of jobsOf(client, options)) print([], { json: true, value: job });
          return;
        }
        const jobs: JobSummary[] = [];
        for await (const job of jobsOf(client, options)) jobs.push(job);
        // Loads the client, and with it Temporal's SDK, which no other command needs before it connects.
        const { jobListLines } = await import('../terminal/job-list-view.js');
        print(jobListLines(jobs), { value: jobs });
      }, options);
    });
}

/** Options that select jobs, by the name on the command line. */
const JOB_OPTIONS = ['state', 'failed', 'endedAfter', 'limit'] as const;

async function printUndeliverable(client: SigningClient, { flow, json }: ListOptions): Promise<void> {
  const queues = await client.listQueues({
    undelivered: true,
    ...(flow !== undefined && { flow: FLOWS[flow] }),
  });
  // A queue that cannot be read now, such as without a worker, hides no other.
  const described = await Promise.allSettled(queues.map((queue) => client.getQueue(queue)));
  if (queues.length === 0 && json !== true) print(['Every change was delivered.'], { value: [] });
  for (const [index, queue] of queues.entries()) {
    const { pollingQueue, flow } = queue;
    const found = described[index];
    const lines =
      found?.status === 'fulfilled'
        ? queueLines(found.value)
        : [`${pollingQueue} (${flow.toLowerCase()} flow)`, '  cannot be read now: is a worker running?'];
    const value = found?.status === 'fulfilled' ? found.value : queue;
    print([...(index === 0 ? [] : ['']), ...lines], { json: json === true, value });
  }
}

/** The jobs page by page, so that a limit or a reader that stops saves calls. */
async function* jobsOf(client: SigningClient, options: ListOptions): AsyncGenerator<JobSummary> {
  const { state: states, flow, failed, view, endedAfter, limit = Infinity } = options;
  const filter: JobFilter = {
    states,
    flow: flow === undefined ? undefined : FLOWS[flow],
    statuses: failed === true ? ['PROCESS_FAILED'] : undefined,
    view: view === undefined || view === 'undeliverable' ? undefined : VIEWS[view],
    endedAfter,
  };
  let left = limit;
  let cursor: string | undefined;
  do {
    const details = cursor === undefined;
    const page = await client.listJobs({ ...filter, details, limit: Math.min(left, PAGE_SIZE), cursor });
    yield* page.jobs;
    left -= page.jobs.length;
    cursor = page.cursor;
  } while (cursor !== undefined && left > 0);
}

function momentOf(text: string): string {
  const moment = parseMoment(text);
  if (moment === undefined) throw new InvalidArgumentError(`It ${whatIsWrongWithMoment(text) ?? ''}.`);
  return moment.toISOString();
}

function limitOf(text: string): number {
  if (!/^[1-9]\d{0,6}$/u.test(text)) {
    throw new InvalidArgumentError('It must be a whole number from 1 to 9999999.');
  }
  return Number(text);
}
