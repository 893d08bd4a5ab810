import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import type { ErasedJob } from '@signering/client';
import { InvalidInputError } from '@signering/schema';
import { withClient } from '../client.js';
import { EXIT_CODES } from '../exit-codes.js';
import { formatMoment } from '../syntax/moment.js';
import { print } from '../terminal/print.js';
import { quotedLast } from '../terminal/quoted.js';
import { userName } from '../user-name.js';
import { senderOption, type SenderOption } from './sender-option.js';

interface EraseOptions extends SenderOption {
  readonly reason: string;
  readonly by?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** `signering erase`: erases the documents and personal data of a job. */
export function addEraseCommand(program: Command): void {
  program
    .command('erase')
    .summary('erase the documents and personal data of an ended job')
    .description(
      'Erases an ended job: the documents to sign, the archive, and what ledger and Temporal hold of persons. It cannot ' +
        'be undone. A receipt without personal data stays, and the reference cannot be used again. A worker does it; ' +
        'repeating the command completes an interrupted erasure. Exit code 1: something could not be erased yet.',
    )
    .argument('<reference>', 'the reference of the job')
    .requiredOption('--reason <text>', 'why, 1 to 500 characters; no personal data')
    .option('--by <name>', 'who decides, 1 to 100 characters; by default your user name on this machine')
    .option('--yes', 'do not ask for confirmation; required where standard input is no terminal')
    .addOption(senderOption())
    .option('--json', 'print JSON')
    .addHelpText('after', "\nExample:\n  $ signering erase lease-42 --reason 'Request 26-0042' --yes")
    .action(async (reference: string, options: EraseOptions) => {
      await demandConfirmation(reference, options);
      const { reason, by = userName() } = options;
      const erased = await withClient(({ client }) => client.eraseJob(reference, { reason, by }), options);
      print(erasedLines(reference, erased), { ...options, value: { reference, ...erased } });
      if (erased.retained.length > 0 || erased.histories.refused > 0 || erased.histories.running > 0) {
        process.exitCode = EXIT_CODES.ours;
      }
    });
}

/** @throws INVALID_REQUEST */
async function demandConfirmation(reference: string, { yes, json }: EraseOptions): Promise<void> {
  if (yes === true) return;
  const refusal = (message: string) =>
    new InvalidInputError('INVALID_REQUEST', 'The job was not erased', [{ path: '--yes', message }]);
  if (!process.stdin.isTTY || json === true) throw refusal('is required, because it cannot be undone');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // Ctrl+C and Ctrl+D reject the question.
  const answer = await terminal
    .question(`Erase ${reference}? It cannot be undone. Type its reference: `)
    .catch(() => '');
  terminal.close();
  if (answer.trim() !== reference) throw refusal(`or the answer "${reference}" confirms it`);
}

function erasedLines(reference: string, erased: ErasedJob): readonly string[] {
  const { erasedAt, keptDocuments, retained, histories, deletedAtService } = erased;
  return [
    `${reference} was erased at ${formatMoment(erasedAt)}.`,
    `Histories deleted in Temporal: ${histories.deleted}.`,
    ...(histories.running === 0
      ? []
      : [`! ${histories.running} of its workflows still run: repeat the command later.`]),
    ...(histories.refused === 0
      ? []
      : [`! Temporal refused to delete ${histories.refused}: they end with its retention.`]),
    ...(keptDocuments === 0 ? [] : [`Documents kept, because another job needs them: ${keptDocuments}.`]),
    ...retained.map(({ name, until }) => `! Locked until ${formatMoment(until)}: ${name}`),
    ...(deletedAtService
      ? []
      : [
          'The service keeps its own copy for 40 days. To delete it earlier:',
          `  npx signering delete ${quotedLast(reference)}`,
        ]),
  ];
}
