import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Option, type Command } from 'commander';
import type { SavedDocuments } from '@signering/client';
import { errorCodeOf, InvalidInputError, SigningError } from '@signering/schema';
import { withClient } from '../client.js';
import type { ArchivedDescription } from '../export/noark5.js';
import { print } from '../terminal/print.js';
import { shownPath } from '../terminal/shown-path.js';
import { senderOption, type SenderOption } from './sender-option.js';

interface ExportOptions extends SenderOption {
  readonly format: 'noark5';
  readonly out?: string;
  readonly json?: boolean;
}

const DESCRIPTION = 'noark5.xml';

/** `signering export`: writes a job's archived documents to a folder, described for an archive. */
export function addExportCommand(program: Command): void {
  program
    .command('export')
    .summary('write the signed documents of a job, described for an archive')
    .description(
      `Writes the archived files of a job as fetch does, and ${DESCRIPTION}, which describes them as a ` +
        'dokumentbeskrivelse of Noark 5: title, formats, digests, and for the whole and each file an ' +
        'elektroniskSignatur with the security level, and who verified it when. Only you can read the files (mode 0600).',
    )
    .argument('<reference>', 'the reference of the job')
    .addOption(
      new Option('--format <format>', 'the form of the description')
        .choices(['noark5'])
        .makeOptionMandatory(),
    )
    .option('--out <dir>', 'the folder; created if missing (default: JOB-REFERENCE in the current folder)')
    .addOption(senderOption())
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExample:\n  $ signering export lease-42 --format noark5 --out handed-over/lease-42',
    )
    .action(async (reference: string, options: ExportOptions) => {
      const { out } = options;
      const saved = await withClient(
        ({ client }) => client.saveSignedDocuments(reference, out === undefined ? {} : { folder: out }),
        options,
      );
      const description = await describe(saved);
      writeDescription(saved.folder, description);
      const files = [...saved.files.map(({ name }) => name), DESCRIPTION];
      print([shownPath(saved.folder), ...files.map((name) => `  ${name}`)], {
        ...options,
        value: { reference, folder: saved.folder, files },
      });
    });
}

/** @throws NO_SUCH_DOCUMENT where nothing was signed, DOCUMENT_MISSING for an incomplete archive */
async function describe({ reference, folder, files, missing }: SavedDocuments): Promise<string> {
  if (missing.length > 0) {
    throw new SigningError(
      'DOCUMENT_MISSING',
      `Cannot describe the documents of reference "${reference}": ` +
        `${missing.map(({ name, reason }) => `${name}: ${reason}`).join('; ')}. Restore the archive from a backup.`,
      { reference },
    );
  }
  const { parseMetadata, parseReceipt } = await import('@signering/storage');
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  const receipt = parseReceipt(read('receipt.json'), folder);
  if (receipt.received.length === 0) {
    throw new SigningError(
      'NO_SUCH_DOCUMENT',
      `Nothing was signed under reference "${reference}": there are no signed documents to describe.`,
      { reference },
    );
  }
  const hasMetadata = files.some(({ name }) => name === receipt.metadataFile?.name);
  const described: ArchivedDescription = {
    receipt,
    metadata: hasMetadata ? parseMetadata(read('metadata.json'), folder) : undefined,
  };
  // Loads the XML writer, which no other command of an operator needs.
  const { noark5Description } = await import('../export/noark5.js');
  return noark5Description(described);
}

/** @throws INVALID_REQUEST when the file is there with other content */
function writeDescription(folder: string, content: string): void {
  const path = join(folder, DESCRIPTION);
  try {
    writeFileSync(path, content, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (errorCodeOf(error) === 'EEXIST' && readFileSync(path, 'utf8') === content) return;
    const reason =
      errorCodeOf(error) === 'EEXIST'
        ? 'is there with other content: move it away'
        : `cannot be written (${errorCodeOf(error) ?? 'unknown error'}): check the folder and its permissions`;
    throw new InvalidInputError('INVALID_REQUEST', `Cannot write the description to ${folder}`, [
      { path: DESCRIPTION, message: reason },
    ]);
  }
}
