import type { Command } from 'commander';
import { withClient } from '../client.js';
import { jobLines } from '../terminal/job-view.js';
import { print } from '../terminal/print.js';
import { senderOption, type SenderOption } from './sender-option.js';

/** `signering status`: the state of one job. */
export function addStatusCommand(program: Command): void {
  program
    .command('status')
    .summary('show the state of a job')
    .description('Shows the state of a job: who has signed, which signers are pending, and the deadline.')
    .argument('<reference>', 'the reference of the job')
    .addOption(senderOption())
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  $ signering status lease-42')
    .action(async (reference: string, options: SenderOption & { readonly json?: boolean }) => {
      const job = await withClient(({ client }) => client.getJob(reference), options);
      print(jobLines(job), { ...options, value: job });
    });
}
