import type { Command } from 'commander';
import type { SavedDocuments } from '@signering/client';
import { withClient } from '../client.js';
import { EXIT_CODES } from '../exit-codes.js';
import { stateInWords } from '../terminal/job-view.js';
import { print } from '../terminal/print.js';
import { shownPath } from '../terminal/shown-path.js';
import { wrap } from '../terminal/wrap.js';
import { senderOption, type SenderOption } from './sender-option.js';

interface FetchCommandOptions extends SenderOption {
  readonly out?: string;
  readonly duplicate?: string;
  readonly json?: boolean;
}

/** `signering fetch`: writes a job's archived documents to a folder. */
export function addFetchCommand(program: Command): void {
  program
    .command('fetch')
    .summary('write the signed PDF, the XAdES and the receipt of a job to a folder')
    .description(
      'Writes the archived files of a job that has ended: signed.pdf, one xades-N.xml for each signer who signed, and ' +
        'receipt.json, and metadata.json with title and metadata of the job. Each file is compared with its recorded digest. Only you can read them (mode 0600). An existing ' +
        'file with other content is never overwritten: the command then writes nothing.',
    )
    .argument('<reference>', 'the reference of the job')
    .option('--out <dir>', 'the folder; created if missing (default: JOB-REFERENCE in the current folder)')
    .option('--duplicate <job>', 'a second job under the reference, by its id')
    .addOption(senderOption())
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExit code 1: an archived file is missing or damaged; the others are written.\n' +
        '\nExamples:\n  $ signering fetch lease-42\n  $ signering fetch lease-42 --out signed/lease-42',
    )
    .action(async (reference: string, options: FetchCommandOptions) => {
      const { out, duplicate } = options;
      const fetched = await withClient(
        ({ client }) =>
          client.saveSignedDocuments(reference, {
            ...(out !== undefined && { folder: out }),
            ...(duplicate !== undefined && { duplicate }),
          }),
        options,
      );
      print(fetchedLines(fetched), { ...options, value: fetched });
      if (fetched.missing.length > 0) process.exitCode = EXIT_CODES.ours;
    });
}

function fetchedLines(fetched: SavedDocuments): readonly string[] {
  const { reference, signatureJobId, outcome, outcomeText, folder, files, missing } = fetched;
  const nameWidth = Math.max(...files.map(({ name }) => name.length));
  const sizeWidth = Math.max(...files.map(({ size }) => String(size).length));
  return [
    `${reference} (job ${signatureJobId}): ${stateInWords(outcome, outcomeText)}`,
    ...(!files.some(({ name }) => name === 'signed.pdf') && missing.length === 0
      ? ['Nothing was signed: the archive contains no signed documents.']
      : []),
    '',
    shownPath(folder),
    ...files.flatMap(({ name, size, sha256, written }) => [
      `  ${name.padEnd(nameWidth)}  ${String(size).padStart(sizeWidth)} bytes  ${written ? 'written' : 'existed'}`,
      `    sha256 ${sha256}`,
    ]),
    ...missing.flatMap(({ name, reason }) =>
      wrap(`! ${name} is missing: ${reason}. Restore it from a backup.`, 78).map((line) => `  ${line}`),
    ),
  ];
}
