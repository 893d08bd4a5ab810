import type { Command } from 'commander';
import { InvalidInputError } from '@signering/schema';
import { withClient } from '../client.js';
import { parseStatusQueryToken } from '../syntax/status-query-token.js';
import { print } from '../terminal/print.js';
import { returnedLines } from '../terminal/returned-view.js';
import { senderOption, type SenderOption } from './sender-option.js';

/** `signering returned`: passes on the token of a returned browser, if the web site could not. */
export function addReturnedCommand(program: Command): void {
  program
    .command('returned')
    .summary('pass on the status query token of a returned signer')
    .description(
      "Passes on the token with which a signer's browser returned while the web site was down, and prints the state " +
        'of the job. Give the whole URL of the page on which the signer ended (in quotes), or only its ' +
        'status_query_token. The command can be repeated safely.',
    )
    .argument('<reference>', 'the reference of the job')
    .argument('<address-or-token>', 'the exit URL with its status_query_token, or the token alone')
    .addOption(senderOption())
    .option('--json', 'print JSON')
    // A token may begin with a hyphen; parsed as an option it would be rejected and repeated in the error.
    .allowUnknownOption()
    .addHelpText(
      'after',
      `
Example:
  $ signering returned lease-42 \\
      'https://shop.example.com/signed?status_query_token=…'`,
    )
    .action(
      async (reference: string, pasted: string, options: SenderOption & { readonly json?: boolean }) => {
        const statusQueryToken = parseStatusQueryToken(pasted);
        if (statusQueryToken === undefined) {
          throw new InvalidInputError('INVALID_REQUEST', 'Invalid command line', [
            {
              path: 'ADDRESS-OR-TOKEN',
              message:
                'must be an exit URL with status_query_token in it, copied whole and put in quotes, or the token',
            },
          ]);
        }
        const answer = await withClient(
          ({ client }) => client.signerReturned(reference, { statusQueryToken, proved: true }),
          options,
        );
        print(returnedLines(reference, answer), { ...options, value: answer });
      },
    );
}
