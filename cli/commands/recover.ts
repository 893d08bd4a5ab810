import type { Command } from 'commander';
import type { RecoveredJob } from '@signering/worker';
import { EXIT_CODES } from '../exit-codes.js';
import { print, printRemark } from '../terminal/print.js';
import { senderOption, type SenderOption } from './sender-option.js';

interface RecoverOptions extends SenderOption {
  readonly storageRestored?: boolean;
  readonly json?: boolean;
}

const WORDS: Readonly<Record<RecoveredJob['result'], string>> = {
  OPEN: 'open already',
  RESTARTED: 'its workflow was started again',
  ARCHIVED: 'archived; it is confirmed when its queue is polled',
  LEDGER_WRITTEN: 'the ledger has it again',
  ENDED: 'archived and confirmed; its workflow was ended',
  NEEDS_OPERATOR: 'needs an operator:',
};

/** `signering recover`: takes up open jobs after Temporal or the storage was lost. */
export function addRecoverCommand(program: Command): void {
  program
    .command('recover')
    .summary('take up open jobs after a restore')
    .description(
      'Takes up the open jobs of a sender after Temporal or the storage was lost or restored. Stop the workers first, ' +
        'and start them afterwards. Every open job in the ledger gets a workflow; with --storage-restored the ledger ' +
        'first gets what Temporal knows. It needs the rights of a worker in the storage. Repeating it is harmless.',
    )
    .option('--storage-restored', 'the storage comes from a backup, so that its newest entries are lost')
    .addOption(senderOption())
    .option('--json', 'print one JSON object a line')
    .addHelpText(
      'after',
      '\nExit code 2: at least one job needs an operator.\n\nExamples:\n  $ signering recover' +
        '\n  $ signering recover --storage-restored --json',
    )
    .action(async ({ storageRestored, sender, json }: RecoverOptions) => {
      const { commandSettings } = await import('../settings.js');
      const env = commandSettings({ cwd: process.cwd(), env: process.env, onRemark: printRemark });
      const { recoverJobs } = await import('@signering/worker');
      const counts = new Map<RecoveredJob['result'], number>();
      for await (const job of recoverJobs({ env, organizationNumber: sender, storageRestored })) {
        const { reference, result, reason } = job;
        counts.set(result, (counts.get(result) ?? 0) + 1);
        print([`${reference}: ${WORDS[result]}${reason === undefined ? '' : ` ${reason}`}`], {
          value: job,
          ...(json !== undefined && { json }),
        });
      }
      const total = [...counts].map(([result, count]) => `${count} ${result}`).join(', ');
      if (json !== true) printRemark(total === '' ? 'No job is open.' : `${total}.`);
      if (counts.has('NEEDS_OPERATOR')) process.exitCode = EXIT_CODES.callers;
    });
}
