import type { Command } from 'commander';
import type { SigningClient, StartedDirectJob, StartedJob } from '../../client/index.js';
import { withClient } from '../client.js';
import {
  inWordsOfTheCommandLine,
  readDirectRequest,
  readPortalRequest,
  type WrittenRequest,
} from '../request/index.js';
import { followJob } from '../terminal/follow-job.js';
import { createLiveView } from '../terminal/live-view.js';
import { print } from '../terminal/print.js';
import { resultLines } from '../terminal/result-view.js';
import { startedLines } from '../terminal/started-view.js';
import { addRequestOptions, SIGNER_HELP } from './request-options.js';
import { senderOption, type SenderOption } from './sender-option.js';

type SendOptions = Omit<WrittenRequest, 'files'> &
  SenderOption & { readonly wait?: boolean; readonly json?: boolean };

/** `signering send`: starts a signature job. */
export function addSendCommand(program: Command): void {
  addRequestOptions(program.command('send'))
    .summary('send documents to be signed')
    .description(
      'Sends documents to be signed. The service asks the signers (portal flow), or with --direct your own web site ' +
        'sends them to the addresses that are printed. The reference is the identity of the job: sent again with the ' +
        'same content it is the same job, with other content it is refused.',
    )
    .option(
      '--reference <reference>',
      'your own name for the job, without personal data (default: a new UUID)',
    )
    .option('--queue <name>', 'polling queue at the service (default: signering-workflows)')
    .option('--available-for <duration>', 'portal: how long each group may sign, such as 14d (default: 30d)')
    .option(
      '--activate-at <time>',
      'portal: when signers are asked, such as 2026-12-01T08:00 (default: at once)',
    )
    .option('--exit-url <url>', 'direct: where signers come back to; serves as each of the next three')
    .option('--completion-url <url>', 'direct: where those come back to who have signed')
    .option('--rejection-url <url>', 'direct: where those come back to who have rejected')
    .option('--error-url <url>', 'direct: where those come back to whose signing broke')
    .option(
      '--polling',
      'direct: have the queue tell the status, for sites that cannot take it from the exit URL',
    )
    .option('--wait', 'show how it goes on, and end with the outcome')
    .addOption(senderOption())
    .option('--json', 'print JSON; with --direct and --wait two lines, the addresses and the outcome')
    .addHelpText(
      'after',
      `${SIGNER_HELP}

Examples:
  $ signering send contract.pdf --title "Contract" --signer pin:30859100003,email=kari@example.com
  $ signering send a.pdf b.pdf --title "Lease" --reference lease-42 --available-for 14d --wait \\
      --signer email:kari@example.com,order=1 --signer email:ola@example.com,order=2
  $ signering send contract.pdf --title "Contract" --direct --signer id:CUSTOMER-1 \\
      --exit-url https://shop.example.com/signed`,
    )
    .action(runSend);
}

async function runSend(files: readonly string[], options: SendOptions): Promise<void> {
  const { wait = false, json = false, ...rest } = options;
  const written = { ...rest, files };
  const start = readJob(written);
  await withClient(async ({ client, settings }) => {
    const job = await start(client).catch((error: unknown) => {
      throw inWordsOfTheCommandLine(error, written);
    });
    const urls = 'signers' in job ? job.signers.map(({ redirectUrl }) => redirectUrl) : [];
    // Nobody could sign whom nobody sent off: the addresses are told before the wait.
    if (!wait || urls.length > 0) print(startedLines(job), { json, value: job, verbatim: urls });
    if (!wait) return;
    const view = createLiveView(process.stderr);
    const result = await followJob({ client, reference: job.reference, view });
    const storageFolder = settings['SIGNERING_STORAGE'] ?? '';
    print(resultLines({ result, storageFolder }), { json, value: result });
  }, options);
}

/** Reads the job before anything is connected to. */
function readJob(written: WrittenRequest): (client: SigningClient) => Promise<StartedJob | StartedDirectJob> {
  if (written.direct === true) {
    const request = readDirectRequest(written);
    return (client) => client.startDirectJob(request);
  }
  const request = readPortalRequest(written);
  return (client) => client.startPortalJob(request);
}
