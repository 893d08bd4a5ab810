import { Option, type Command } from 'commander';
import type { JobSummary } from '@signering/client';
import { SIGNING_STATES, type SigningState } from '@signering/contract';
import { withClient } from '../client.js';
import { print } from '../terminal/print.js';
import { senderOption, type SenderOption } from './sender-option.js';

interface ListOptions extends SenderOption {
  readonly state?: SigningState;
  readonly json?: boolean;
}

/** `signering list`: lists the jobs in Temporal. */
export function addListCommand(program: Command): void {
  program
    .command('list')
    .summary('list jobs')
    .description(
      "Lists the jobs of your organisation in Temporal's retention period, latest first: reference, flow, state and " +
        'deadline, and for the first 100 the title and the pending signers.',
    )
    .addOption(new Option('--state <state>', 'only jobs in this state').choices(SIGNING_STATES))
    .addOption(senderOption())
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  $ signering list\n  $ signering list --state WAITING_FOR_SIGNERS --json',
    )
    .action(async (options: ListOptions) => {
      const { state } = options;
      const jobs = await withClient(async ({ client }) => {
        const found: JobSummary[] = [];
        for await (const job of client.listAllJobs({
          details: true,
          ...(state !== undefined && { states: [state] }),
        }))
          found.push(job);
        return found;
      }, options);
      // Loads the client, and with it Temporal's SDK, which no other command needs before it connects.
      const { jobListLines } = await import('../terminal/job-list-view.js');
      print(jobListLines(jobs), { ...options, value: jobs });
    });
}
