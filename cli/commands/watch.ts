import type { Command } from 'commander';
import { withClient } from '../client.js';
import { exitingByOutcome, JOB_EXIT_CODES_HELP } from '../exit-codes.js';
import { followJob } from '../terminal/follow-job.js';
import { commandView } from '../terminal/live-view.js';
import { print } from '../terminal/print.js';
import { resultLines } from '../terminal/result-view.js';
import { senderOption, type SenderOption } from './sender-option.js';

interface WatchOptions extends SenderOption {
  readonly exitStatus?: boolean;
  readonly json?: boolean;
}

/** `signering watch`: shows one job live, until its outcome. */
export function addWatchCommand(program: Command): void {
  program
    .command('watch')
    .summary('show a job live, until its outcome')
    .description(
      'Shows each change of a job: who has signed, which signers are pending, and the deadline, until the outcome. ' +
        'Without a terminal, each change is a line. The progress goes to standard error, the outcome to ' +
        'standard output. Ctrl-C ends the command, not the job.',
    )
    .argument('<reference>', 'the reference of the job')
    .addOption(senderOption())
    .option('--exit-status', 'end with an exit code for the outcome')
    .option('--json', 'print the outcome as JSON')
    .addHelpText(
      'after',
      `${JOB_EXIT_CODES_HELP}

Examples:
  $ signering watch lease-42
  $ signering watch lease-42 --exit-status && echo signed`,
    )
    .action(async (reference: string, options: WatchOptions) => {
      await withClient(async ({ client, settings }) => {
        const view = commandView();
        const followed = followJob({ client, reference, view });
        const result = await (options.exitStatus === true ? exitingByOutcome(followed) : followed);
        const storageFolder = settings.storage;
        print(resultLines({ result, storageFolder }), { ...options, value: result });
      }, options);
    });
}
