import { Option, type Command } from 'commander';
import type { JobSummary } from '../../client/index.js';
import { SIGNING_STATES, type SigningState } from '../../contract/index.js';
import { withClient } from '../client.js';
import { formatMoment } from '../syntax/moment.js';
import { signerName, stateInWords } from '../terminal/job-view.js';
import { print } from '../terminal/print.js';
import { senderOption, type SenderOption } from './sender-option.js';

interface ListOptions extends SenderOption {
  readonly state?: SigningState;
  readonly json?: boolean;
}

/** `signering list`: the jobs that Temporal knows. */
export function addListCommand(program: Command): void {
  program
    .command('list')
    .summary('list jobs')
    .description(
      'Lists the jobs of your organisation that Temporal remembers, the latest first: reference, flow, state and ' +
        'deadline, and for the first 100 the title and who is waited for.',
    )
    .addOption(new Option('--state <state>', 'only those in this state').choices(SIGNING_STATES))
    .addOption(senderOption())
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  $ signering list\n  $ signering list --state WAITING_FOR_SIGNERS --json',
    )
    .action(async (options: ListOptions) => {
      const { state } = options;
      const jobs = await withClient(async ({ client }) => {
        const found: JobSummary[] = [];
        for await (const job of client.listJobs({ details: true, ...(state !== undefined && { state }) }))
          found.push(job);
        return found;
      }, options);
      const lines = jobs.flatMap((job) => listedLines(job, jobs));
      print(lines.length === 0 ? ['No jobs.'] : lines, { ...options, value: jobs });
    });
}

// Of one width.
const FLOW_WORDS = { PORTAL: 'portal', DIRECT: 'direct' } as const;

/** A job in a line, and below it what only its workflow knows: the title, and who is waited for. */
function listedLines(job: JobSummary, all: readonly JobSummary[]): readonly string[] {
  const { reference, flow, title, waitingFor = [] } = job;
  const width = Math.max(...all.map((other) => other.reference.length));
  return [
    `${reference.padEnd(width)}  ${FLOW_WORDS[flow]}  ${inWords(job)}`,
    ...(title === undefined ? [] : [`  ${title.replaceAll(/[\s\p{Cc}]+/gu, ' ')}`]),
    ...waitingFor.map((signer) => `  … ${signerName(signer, waitingFor)}`),
  ];
}

function inWords({ state, failed, deadline, endedAt, signatureJobId, keyMismatch }: JobSummary): string {
  if (keyMismatch !== undefined) return keyMismatch;
  if (failed) return `its process has failed; it stood at: ${stateInWords(state)}`;
  const id = signatureJobId === undefined ? '' : `job ${signatureJobId}: `;
  const until = deadline === undefined || endedAt !== undefined ? '' : ` (until ${formatMoment(deadline)})`;
  return `${id}${stateInWords(state)}${until}`;
}
