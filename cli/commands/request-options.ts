import { Option, type Command } from 'commander';
import { IDENTIFIERS_IN_SIGNED_DOCUMENTS, SIGNATURE_TYPES } from '@signering/schema';

/** Adds the options of a request, shared by `send` and `package`. */
export function addRequestOptions(command: Command): Command {
  return command
    .argument('[file...]', 'PDF files, 1 to 20, together at most 10 485 760 bytes')
    .option(
      '--job <file.json>',
      'the whole request as JSON, instead of files and the options below; - reads standard input',
    )
    .option('--title <title>', 'the title that signers see above the documents, at most 80 characters')
    .addOption(
      new Option('--signer <signer>', 'a signer, 1 to 10 of them; the syntax is below').argParser(collected),
    )
    .option(
      '--direct',
      'use the direct flow: your web site redirects signers to the service, and receives them afterwards',
    )
    .option('--reference <reference>', 'your name for the job, without personal data (default: a new UUID)')
    .option(
      '--nonsensitive-title <title>',
      'portal: the title in notifications, without personal data, at most 80 characters',
    )
    .option('--description <text>', 'your message to the signers, at most 220 characters')
    .addOption(
      new Option(
        '--document-title <title>',
        'the title of a document, once for each file, in the same order (default: the file names)',
      ).argParser(collected),
    )
    .addOption(
      new Option(
        '--signature-type <type>',
        'for signers without their own (default: the service chooses by your sector)',
      ).choices(SIGNATURE_TYPES),
    )
    .addOption(
      new Option('--required-authentication <level>', 'security level of the log-in (default: 4)').choices([
        '3',
        '4',
      ]),
    )
    .addOption(
      new Option(
        '--identifier-in-signed-documents <identifier>',
        'how the signed document names the signers (default: the service chooses)',
      ).choices(IDENTIFIERS_IN_SIGNED_DOCUMENTS),
    )
    .addOption(
      new Option(
        '--metadata <key=value>',
        'your own note about the job, up to 20 of them: kept encrypted, shown by status, never sent to the service',
      ).argParser(collected),
    )
    .option(
      '--queue <name>',
      'polling queue at the service (default: SIGNERING_POLLING_QUEUE, or signering-workflows)',
    )
    .option('--available-for <duration>', 'portal: how long each group may sign, such as 14d (default: 30d)')
    .option(
      '--activate-at <time>',
      'portal: when signers are notified, such as 2026-12-01T08:00 (default: at once)',
    )
    .option('--exit-url <url>', 'direct: exit URL for every outcome without one of the next three options')
    .option('--completion-url <url>', 'direct: exit URL of signers who have signed')
    .option('--rejection-url <url>', 'direct: exit URL of signers who have rejected')
    .option('--error-url <url>', 'direct: exit URL of signers whose signing failed')
    .option(
      '--polling',
      'direct: fetch the status from the polling queue, not with the token of the exit URL',
    );
}

function collected(text: string, earlier: readonly string[] | undefined): readonly string[] {
  return [...(earlier ?? []), text];
}

/** The syntax of signers and requests, for the help text. */
export const REQUEST_HELP = `
Signers:
  pin:30859100003,email=kari@example.com    by identity number; notice by email
  pin:30859100003                           looked up in the national contact
                                            register (public senders only)
  pin:30859100003,register=EMAIL_AND_SMS    looked up; notified by email and SMS
  email:ola@example.com,mobile=+4799999999  by contact information
  …,order=2                                 signs when all signers with a lower
                                            order have signed (0–9)
  …,on-behalf-of=OTHER                      signs on behalf of another
  …,signature-type=TYPE                     overrides --signature-type

Signers with --direct:
  id:CUSTOMER-1                             by your identifier; your web site
                                            must identify the person
  pin:30859100003                           by identity number; only this person
                                            can sign

Other users of the machine can read a running command line, and the shell
history keeps it. Write a request with identity numbers to a file for --job:
  {
    "reference": "contract-42",
    "title": "Contract",
    "documents": [{ "file": "contract.pdf" }],
    "signers": [
      { "personalIdentificationNumber": "30859100003",
        "emailAddress": "kari@example.com" }
    ]
  }
Files are relative to the JSON file. docs/integration.md lists the members;
"flow": "DIRECT" with "exitUrls" is a request in the direct flow.`;
