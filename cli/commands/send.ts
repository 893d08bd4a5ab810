import { Option, type Command } from 'commander';
import type { StartedDirectJob, StartedJob } from '@signering/client';
import { SigningError } from '@signering/schema';
import { withClient } from '../client.js';
import { EXIT_CODES, exitCodeOf, exitingByOutcome, JOB_EXIT_CODES_HELP } from '../exit-codes.js';
import { readJobRequest, type RequestOptions } from '../request/index.js';
import { followJob } from '../terminal/follow-job.js';
import { commandView } from '../terminal/live-view.js';
import { documentLines } from '../terminal/document-lines.js';
import { print, printRemark } from '../terminal/print.js';
import { resultLines } from '../terminal/result-view.js';
import { startedLines } from '../terminal/started-view.js';
import { addRequestOptions, REQUEST_HELP } from './request-options.js';
import { senderOption, type SenderOption } from './sender-option.js';

/** As a shell reports a program that SIGINT ended. */
const INTERRUPTED = 130;

type SendOptions = RequestOptions &
  SenderOption & { readonly wait?: boolean; readonly exitStatus?: boolean; readonly json?: boolean };

/** `signering send`: starts a signature job. */
export function addSendCommand(program: Command): void {
  addRequestOptions(program.command('send'))
    .summary('send documents to be signed')
    .description(
      'Sends documents to be signed. The service notifies the signers (portal flow); with --direct your web site ' +
        'redirects them to the printed URLs. The reference identifies the job: sending the same content again returns ' +
        'the same job, and other content is rejected.',
    )
    .option('--wait', 'show the progress, and wait for the outcome')
    .addOption(
      new Option('--exit-status', 'wait, and end with an exit code for the outcome').implies({ wait: true }),
    )
    .addOption(senderOption())
    .option('--json', 'print JSON; with --direct and --wait two lines, the redirect URLs and the outcome')
    .addHelpText(
      'after',
      `${REQUEST_HELP}
${JOB_EXIT_CODES_HELP}

Examples:
  $ signering send --job request.json --wait
  $ signering send contract.pdf --title Contract --signer email:kari@example.com
  $ signering send a.pdf b.pdf --title Lease --reference lease-42 \\
      --signer email:kari@example.com,order=1 \\
      --signer email:ola@example.com,order=2 --available-for 14d --wait
  $ signering send contract.pdf --title Contract --direct \\
      --signer id:CUSTOMER-1 --exit-url https://shop.example.com/signed`,
    )
    .action(runSend);
}

async function runSend(files: readonly string[], options: SendOptions): Promise<void> {
  const { wait = false, exitStatus = false, json = false, sender, ...request } = options;
  const { job: requested, newReference, translateError } = await readJobRequest(files, request);
  await withClient(
    async ({ client, settings }) => {
      const starting: Promise<StartedJob | StartedDirectJob> =
        requested.flow === 'DIRECT'
          ? client.startDirectJob(requested.request)
          : client.startPortalJob(requested.request);
      const job = await (
        newReference === undefined
          ? starting
          : tellingHowToRepeat(starting, newReferenceLine(newReference, request.job !== undefined))
      ).catch((error: unknown) => {
        throw translateError(error);
      });
      const urls = 'redirects' in job ? job.redirects.map(({ redirectUrl }) => redirectUrl) : [];
      // Signers can sign only after the sender redirects them to these URLs, so they are printed before the wait.
      if (!wait || urls.length > 0) print(startedLines(job), { json, value: job, verbatim: urls });
      else for (const line of documentLines(job.documents)) printRemark(line);
      if (!wait) return;
      const view = commandView();
      const followed = followJob({ client, reference: job.reference, view });
      const result = await (exitStatus ? exitingByOutcome(followed) : followed);
      const storageFolder = settings.storage;
      print(resultLines({ result, storageFolder }), { json, value: result });
    },
    sender === undefined ? {} : { sender },
  );
}

/** Prints the line if the start fails or the command is interrupted: the job may have been handed over. */
async function tellingHowToRepeat<Job>(starting: Promise<Job>, line: string): Promise<Job> {
  const interrupted = (): never => {
    printRemark(line);
    process.exit(INTERRUPTED);
  };
  process.once('SIGINT', interrupted);
  try {
    return await starting;
  } catch (error) {
    // A call that cannot be repeated, and that the caller has to correct, failed before the job existed.
    const isRefused = error instanceof SigningError && !error.retryable;
    if (!isRefused || exitCodeOf(error) === EXIT_CODES.ours) printRemark(line);
    throw error;
  } finally {
    process.off('SIGINT', interrupted);
  }
}

function newReferenceLine(reference: string, isInFile: boolean): string {
  const how = isInFile ? `put "reference": "${reference}" into the request` : `add --reference ${reference}`;
  return `The job has the new reference ${reference}. To repeat this command for the same job, ${how}.`;
}
