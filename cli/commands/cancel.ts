import type { Command } from 'commander';
import { withClient } from '../client.js';
import { print } from '../terminal/print.js';
import { userName } from '../user-name.js';
import { senderOption, type SenderOption } from './sender-option.js';

interface CancelOptions extends SenderOption {
  readonly reason: string;
  readonly by?: string;
  readonly json?: boolean;
}

/** `signering cancel`: cancels a job. */
export function addCancelCommand(program: Command): void {
  program
    .command('cancel')
    .summary('cancel a job')
    .description(
      'Cancels a job that has not ended: signers can no longer sign. Signatures already given stay ' +
        'in the archive. The service cannot cancel jobs of the direct flow.',
    )
    .argument('<reference>', 'the reference of the job')
    .option(
      '--reason <text>',
      'why, 1 to 500 characters; recorded in the receipt',
      'Cancelled with the signering command.',
    )
    .option('--by <name>', 'who cancels, 1 to 100 characters; by default your user name on this machine')
    .addOption(senderOption())
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExample:\n  $ signering cancel lease-42 --reason "Sent twice" --by kari.nordmann',
    )
    .action(async (reference: string, options: CancelOptions) => {
      const { reason, by = userName() } = options;
      const cancellation = { reason, ...(by !== undefined && { by }) };
      const answer = await withClient(({ client }) => client.cancelJob(reference, cancellation), options);
      const words = {
        CANCELLED: `${reference} is cancelled.`,
        TOO_LATE: `${reference} had already ended; its outcome does not change. See signering status.`,
        UNKNOWN: `${reference}: a later version answered ${answer.resultText ?? ''}. See signering status.`,
      };
      print([words[answer.result]], { ...options, value: answer });
    });
}
