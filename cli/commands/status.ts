import type { Command } from 'commander';
import { withClient } from '../client.js';
import { statusLines } from '../terminal/job-view.js';
import { exitCodeOfJob, JOB_EXIT_CODES_HELP } from '../exit-codes.js';
import { print } from '../terminal/print.js';
import { senderOption, type SenderOption } from './sender-option.js';

interface StatusOptions extends SenderOption {
  readonly exitStatus?: boolean;
  readonly json?: boolean;
}

/** `signering status`: the state of one job. */
export function addStatusCommand(program: Command): void {
  program
    .command('status')
    .summary('show the state of a job')
    .description('Shows the state of a job: who has signed, which signers are pending, and the deadline.')
    .argument('<reference>', 'the reference of the job')
    .addOption(senderOption())
    .option('--exit-status', 'end with an exit code for the state of the job')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `${JOB_EXIT_CODES_HELP}

Examples:
  $ signering status lease-42
  $ signering status lease-42 --exit-status && echo signed`,
    )
    .action(async (reference: string, options: StatusOptions) => {
      const job = await withClient(({ client }) => client.getJob(reference), options);
      print(statusLines(job), { ...options, value: job });
      if (options.exitStatus === true) process.exitCode = exitCodeOfJob(job);
    });
}
