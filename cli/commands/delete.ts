import type { Command } from 'commander';
import { withClient } from '../client.js';
import { formatMoment } from '../syntax/moment.js';
import { print } from '../terminal/print.js';
import { senderOption, type SenderOption } from './sender-option.js';

/** `signering delete`: deletes the service's documents of a job; the archive keeps its copies. */
export function addDeleteCommand(program: Command): void {
  program
    .command('delete')
    .summary("delete the service's documents of an archived job")
    .description(
      'Deletes the documents of a job at the service, once all signers have signed and everything is archived and ' +
        'confirmed. The archive is checked first and keeps its documents. The service rejects it until 24 hours after the ' +
        'last signature. A worker makes the call. Repeating the command prints when they were deleted.',
    )
    .argument('<reference>', 'the reference of the job')
    .addOption(senderOption())
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  $ signering delete lease-42')
    .action(async (reference: string, options: SenderOption & { readonly json?: boolean }) => {
      const { signatureJobId, deletedAt } = await withClient(
        ({ client }) => client.deleteDocumentsAtService(reference),
        options,
      );
      print(
        [
          `The service's documents of job ${signatureJobId} were deleted at ${formatMoment(deletedAt)}.`,
          'The archive keeps its copies.',
        ],
        { ...options, value: { reference, signatureJobId, deletedAt } },
      );
    });
}
