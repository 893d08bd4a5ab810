import type { Command } from 'commander';
import { withClient } from '../client.js';
import { jobLines } from '../terminal/job-view.js';
import { print } from '../terminal/print.js';
import { senderOption, type SenderOption } from './sender-option.js';

/** `signering status`: the state of one job. */
export function addStatusCommand(program: Command): void {
  program
    .command('status')
    .summary('say where a job stands')
    .description('Says where a job stands: who has signed, who is waited for and until when.')
    .argument('<reference>', 'the reference under which it was sent')
    .addOption(senderOption())
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  $ signering status lease-42')
    .action(async (reference: string, options: SenderOption & { readonly json?: boolean }) => {
      const job = await withClient(({ client }) => client.getJob(reference), options);
      const failure = job.failure === undefined ? [] : [`  ! ${job.failure.message}`];
      print([...jobLines(job), ...failure], { ...options, value: job });
    });
}
