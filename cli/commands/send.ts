import type { Command } from 'commander';
import { withClient } from '../client.js';
import { inWordsOfTheCommandLine, readRequest } from '../request.js';
import { followJob } from '../terminal/follow-job.js';
import { createLiveView } from '../terminal/live-view.js';
import { print } from '../terminal/print.js';
import { resultLines } from '../terminal/result-view.js';
import { addRequestOptions, SIGNER_HELP, type RequestOptions } from './request-options.js';

interface SendOptions extends RequestOptions {
  readonly reference?: string;
  readonly queue?: string;
  readonly availableFor?: string;
  readonly activateAt?: string;
  readonly wait?: boolean;
  readonly json?: boolean;
}

/** `signering send`: starts a signature job. */
export function addSendCommand(program: Command): void {
  addRequestOptions(program.command('send'))
    .summary('send documents to be signed')
    .description(
      'Sends documents to be signed. The reference is the identity of the job: sent again with the same content ' +
        'it is the same job, with other content it is refused.',
    )
    .option(
      '--reference <reference>',
      'your own name for the job, without personal data (default: a new UUID)',
    )
    .option('--queue <name>', 'polling queue at the service (default: signering-workflows)')
    .option('--available-for <duration>', 'how long each group may sign, such as 14d (default: 30d)')
    .option('--activate-at <time>', 'when signers are asked, such as 2026-12-01T08:00 (default: at once)')
    .option('--wait', 'show how it goes on, and end with the outcome')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `${SIGNER_HELP}

Examples:
  $ signering send contract.pdf --title "Contract" --signer pin:30859100003,email=kari@example.com
  $ signering send a.pdf b.pdf --title "Lease" --reference lease-42 --available-for 14d --wait \\
      --signer email:kari@example.com,order=1 --signer email:ola@example.com,order=2`,
    )
    .action(runSend);
}

async function runSend(files: readonly string[], options: SendOptions): Promise<void> {
  const { json } = options;
  const request = readRequest({ ...options, files });
  await withClient(async ({ client, settings }) => {
    const job = await client.startPortalJob(request).catch((error: unknown) => {
      throw inWordsOfTheCommandLine(error, files);
    });
    const { reference } = job;
    if (options.wait !== true) {
      print(
        [
          job.existing
            ? `The reference ${reference} stands for exactly this job already: nothing was sent again.`
            : `Sent under the reference ${reference}.`,
          `See how it goes: signering watch ${quoted(reference)}`,
        ],
        {
          ...options,
          value: job,
        },
      );
      return;
    }
    const view = createLiveView(process.stderr);
    const result = await followJob({ client, reference, view });
    print(resultLines({ result, storageFolder: settings['SIGNERING_STORAGE'] ?? '' }), {
      ...(json === undefined ? {} : { json }),
      value: result,
    });
  });
}

function quoted(reference: string): string {
  return /^[\w.\-/:]+$/u.test(reference) ? reference : `'${reference}'`;
}
