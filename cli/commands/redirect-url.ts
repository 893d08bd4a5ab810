import type { Command } from 'commander';
import { InvalidInputError } from '@signering/schema';
import { withClient } from '../client.js';
import { parseSignerChoice } from '../syntax/direct-signer.js';
import { print } from '../terminal/print.js';
import { senderOption, type SenderOption } from './sender-option.js';

interface RedirectUrlOptions extends SenderOption {
  readonly signer: string;
  readonly json?: boolean;
}

/** `signering redirect-url`: requests a new redirect URL for a signer of a direct job. */
export function addRedirectUrlCommand(program: Command): void {
  program
    .command('redirect-url')
    .summary('get a new redirect URL for a signer of a direct job')
    .description(
      'Requests a new redirect URL for a signer of a direct job, and prints only the URL on standard output. It works ' +
        "once and invalidates the signer's previous one. A person with this URL can sign as that signer: keep it secret.",
    )
    .argument('<reference>', 'the reference of the job')
    .requiredOption('--signer <signer>', 'which signer: a number from 1, id:YOUR-IDENTIFIER or pin:11DIGITS')
    .addOption(senderOption())
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ signering redirect-url lease-42 --signer 1
  $ signering redirect-url lease-42 --signer id:CUSTOMER-1`,
    )
    .action(async (reference: string, options: RedirectUrlOptions) => {
      const signer = parseSignerChoice(options.signer);
      if (signer === undefined) {
        throw new InvalidInputError('INVALID_REQUEST', 'Invalid command line', [
          {
            path: '--signer',
            message:
              'must be the number of the signer, from 1, or id:YOUR-IDENTIFIER or pin:11DIGITS as it was sent',
          },
        ]);
      }
      const redirect = await withClient(({ client }) => client.createRedirectUrl(reference, signer), options);
      const { redirectUrl } = redirect;
      print([redirectUrl], { ...options, value: redirect, verbatim: [redirectUrl] });
    });
}
