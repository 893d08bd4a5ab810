import { Option, type Command } from 'commander';
import { DIRECT_SIGNER_SYNTAX } from '../syntax/direct-signer.js';
import { SIGNER_SYNTAX } from '../syntax/signer.js';

/** Adds FILE…, --title, --signer and --direct: what `send` and `package` take alike. */
export function addRequestOptions(command: Command): Command {
  return command
    .argument('<file...>', 'PDF files, 1 to 20, together at most 10 485 760 bytes')
    .requiredOption('--title <title>', 'what signers see above the documents, at most 80 characters')
    .addOption(
      new Option(
        '--signer <signer>',
        `one who is to sign, 1 to 10 of them: ${SIGNER_SYNTAX}; with --direct ${DIRECT_SIGNER_SYNTAX}`,
      )
        .argParser((text: string, earlier: readonly string[] | undefined) => [...(earlier ?? []), text])
        .makeOptionMandatory(),
    )
    .option('--direct', 'the direct flow: your own web site sends the signers off and takes them back');
}

/** How signers are written, for the help of those commands. */
export const SIGNER_HELP = `
Signers:
  pin:30859100003,email=kari@example.com     by identity number; told by email
  pin:30859100003                            looked up in the national contact register (public senders only)
  email:ola@example.com,mobile=+4799999999   by contact information
  …,order=2                                  signs when everybody with a lower order has signed (0–9)
  …,on-behalf-of=OTHER                       signs by virtue of a role

Signers with --direct:
  id:CUSTOMER-1                              by your own identifier; you answer for who is sent to sign
  pin:30859100003                            by identity number; nobody else can sign`;
