import type { Command } from 'commander';
import { readRequest } from '../request.js';
import { print } from '../terminal/print.js';
import { addRequestOptions, SIGNER_HELP, type RequestOptions } from './request-options.js';

interface PackageOptions extends RequestOptions {
  readonly out: string;
  readonly json?: boolean;
}

/** `signering package`: writes what would be sent, and calls nobody. */
export function addPackageCommand(program: Command): void {
  addRequestOptions(program.command('package'))
    .summary('write the document package, and call nobody')
    .description(
      'Writes the signed document package (ASiC-E) as it would be sent for these documents and signers. Needs ' +
        'SIGNERING_ORGANIZATION and SIGNERING_CERTIFICATE only, and calls nobody.',
    )
    .requiredOption('--out <file>', 'where the package is written, such as contract.asice')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `${SIGNER_HELP}

Example:
  $ signering package contract.pdf --title "Contract" --signer email:kari@example.com --out contract.asice`,
    )
    .action(async (files: readonly string[], options: PackageOptions) => {
      const request = readRequest({ ...options, files });
      const { writePackage } = await import('../package/write-package.js');
      const written = await writePackage({ request, files, out: options.out });
      print([`Wrote ${written.file} (${written.size} bytes).`], { ...options, value: written });
    });
}
