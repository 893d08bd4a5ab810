import type { Command } from 'commander';
import { readJobRequest, type RequestOptions } from '../request/index.js';
import { documentLines } from '../terminal/document-lines.js';
import { print } from '../terminal/print.js';
import { addRequestOptions, REQUEST_HELP } from './request-options.js';
import { senderOption, type SenderOption } from './sender-option.js';

type PackageOptions = RequestOptions & SenderOption & { readonly out: string; readonly json?: boolean };

// Exit URLs are sent beside the package and are not part of it.
const NOT_IN_THE_PACKAGE = 'https://example.com/';

/** `signering package`: writes the document package without sending it. */
export function addPackageCommand(program: Command): void {
  addRequestOptions(program.command('package'))
    .summary('write the document package without sending it')
    .description(
      'Writes the signed document package (ASiC-E) as it would be sent for these documents and signers. Takes the ' +
        'same request as send; reference, queue and exit URLs are not part of the package. Needs ' +
        'SIGNERING_ORGANIZATION and SIGNERING_CERTIFICATE only, and makes no call.',
    )
    .requiredOption('--out <file>', 'where the package is written, such as contract.asice')
    .addOption(senderOption())
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `${REQUEST_HELP}

Examples:
  $ signering package contract.pdf --title Contract \\
      --signer email:kari@example.com --out contract.asice
  $ signering package --job request.json --out contract.asice`,
    )
    .action(async (files: readonly string[], options: PackageOptions) => {
      const { out, json = false, sender, exitUrl = NOT_IN_THE_PACKAGE, ...request } = options;
      const requested = await readJobRequest(files, {
        ...request,
        ...((request.direct === true || options.exitUrl !== undefined) && { exitUrl }),
      });
      const { writePackage } = await import('../package/write-package.js');
      const file = await writePackage({ request: requested, out, ...(sender !== undefined && { sender }) });
      print([`Wrote ${file.file} (${file.size} bytes).`, ...documentLines(file.documents)], {
        json,
        value: file,
      });
    });
}
