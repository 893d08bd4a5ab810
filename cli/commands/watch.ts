import type { Command } from 'commander';
import { withClient } from '../client.js';
import { followJob } from '../terminal/follow-job.js';
import { commandView } from '../terminal/live-view.js';
import { print } from '../terminal/print.js';
import { resultLines } from '../terminal/result-view.js';
import { senderOption, type SenderOption } from './sender-option.js';

/** `signering watch`: shows one job live, until its outcome. */
export function addWatchCommand(program: Command): void {
  program
    .command('watch')
    .summary('show a job live, until its outcome')
    .description(
      'Shows each change of a job: who has signed, which signers are pending, and the deadline. Exits with the outcome. ' +
        'Without a terminal, each change is a line. The progress goes to standard error, the outcome to ' +
        'standard output. Ctrl-C ends the command, not the job.',
    )
    .argument('<reference>', 'the reference of the job')
    .addOption(senderOption())
    .option('--json', 'print the outcome as JSON')
    .addHelpText('after', '\nExample:\n  $ signering watch lease-42')
    .action(async (reference: string, options: SenderOption & { readonly json?: boolean }) => {
      await withClient(async ({ client, settings }) => {
        const view = commandView();
        const result = await followJob({ client, reference, view });
        const storageFolder = settings.storage;
        print(resultLines({ result, storageFolder }), { ...options, value: result });
      }, options);
    });
}
