import type { Command } from 'commander';
import { readDirectRequest, readPortalRequest, type WrittenRequest } from '../request/index.js';
import { print } from '../terminal/print.js';
import { addRequestOptions, SIGNER_HELP } from './request-options.js';
import { senderOption, type SenderOption } from './sender-option.js';

type PackageOptions = Omit<WrittenRequest, 'files'> &
  SenderOption & { readonly out: string; readonly json?: boolean };

// Where signers come back to is told beside the package, and stands nowhere in it.
const NOT_IN_THE_PACKAGE = { exitUrl: 'https://example.com/' };

/** `signering package`: writes what would be sent, and calls nobody. */
export function addPackageCommand(program: Command): void {
  addRequestOptions(program.command('package'))
    .summary('write the document package, and call nobody')
    .description(
      'Writes the signed document package (ASiC-E) as it would be sent for these documents and signers. Needs ' +
        'SIGNERING_ORGANIZATION and SIGNERING_CERTIFICATE only, and calls nobody.',
    )
    .requiredOption('--out <file>', 'where the package is written, such as contract.asice')
    .addOption(senderOption())
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `${SIGNER_HELP}

Example:
  $ signering package contract.pdf --title "Contract" --signer email:kari@example.com --out contract.asice`,
    )
    .action(async (files: readonly string[], { out, json = false, sender, ...rest }: PackageOptions) => {
      const written = { ...rest, files };
      const job =
        rest.direct === true
          ? ({ flow: 'DIRECT', request: readDirectRequest({ ...written, ...NOT_IN_THE_PACKAGE }) } as const)
          : ({ flow: 'PORTAL', request: readPortalRequest(written) } as const);
      const { writePackage } = await import('../package/write-package.js');
      const file = await writePackage({ job, files, out, ...(sender !== undefined && { sender }) });
      print([`Wrote ${file.file} (${file.size} bytes).`], { json, value: file });
    });
}
