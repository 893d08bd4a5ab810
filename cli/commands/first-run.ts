import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { JobDescription } from '@signering/client';
import { withClient, type CommandClient } from '../client.js';
import { EXIT_CODES, exitCodeOfJob } from '../exit-codes.js';
import type { Returned } from '../first-run/index.js';
import { jobInWords } from '../terminal/job-view.js';
import { print, printRemark } from '../terminal/print.js';
import { shownPath } from '../terminal/shown-path.js';
import { startedLines } from '../terminal/started-view.js';
import { senderOption, type SenderOption } from './sender-option.js';

/** As a shell reports a program that SIGINT ended. */
const INTERRUPTED = 130;
const PACKAGE = new URL('../../package.json', import.meta.url);

interface FirstRunOptions extends SenderOption {
  readonly signer?: string;
  readonly signerFile?: string;
  readonly reference: string;
  readonly out: string;
  readonly production?: boolean;
  readonly json?: boolean;
}

/** `signering first-run`: a first job from the check of the settings to the archive, with a record of what came back. */
export function addFirstRunCommand(program: Command): void {
  program
    .command('first-run')
    .summary('send a first job, and record what the service returns')
    .description(
      'Checks everything as doctor does, and stops at a failure. Then sends a small PDF to one signer in the portal flow ' +
        'and waits for the signature; the worker fetches, checks, archives and confirms. The structure of what came back ' +
        'is written to a file without personal data, which you can send to the developers. Needs the settings of a worker, ' +
        'and a running one. Ctrl-C ends the command, not the job: the same command continues.',
    )
    .option('--signer <signer>', 'the signer, by email: or mobile:, as in signering send')
    .option('--signer-file <file>', 'a file with the signer, also by pin:; - reads standard input')
    .option('--reference <reference>', 'the reference of the job; a new job needs a new one', 'first-run')
    .option('--out <file>', 'the file for what came back', 'first-run-evidence.json')
    .option('--production', 'also in production, where the signature is legally binding and costs')
    .addOption(senderOption())
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Exit code 0: signed by all. 3: a signed document is BROKEN, and the job waits
for an operator. 11 to 17: another outcome, as of status --exit-status. If a
check fails, the exit code is that of doctor. The file is written in all these
cases except the last.

Examples:
  $ signering first-run --signer email:you@example.com
  $ signering first-run --signer-file signer.txt
where signer.txt has a line such as pin:30859100003,email=you@example.com`,
    )
    .action(firstRun);
}

async function firstRun(options: FirstRunOptions): Promise<void> {
  const { reference, out, production = false, json = false, sender } = options;
  const { demandReplaceable, demandTestService, firstRequest, readSigner } =
    await import('../first-run/index.js');
  const requested = firstRequest(await readSigner(options), reference);
  await demandReplaceable(out);
  const { commandSettings } = await import('../settings.js');
  const env = commandSettings({ cwd: process.cwd(), env: process.env, onRemark: printRemark });
  const { checksFor, Examination, printChecks } = await import('../doctor/index.js');
  const readBy = ['client', 'worker'] as const;
  const examination = new Examination(env, { readBy });
  const apiUrl = examination.settings.values.SIGNERING_API_URL;
  if (apiUrl !== undefined) demandTestService(apiUrl, { production });
  const { exitCode, summary, value } = await printChecks(checksFor(readBy), examination, { json });
  if (exitCode !== 0 || apiUrl === undefined) {
    print(['', `${summary} No job was sent.`], { json, value });
    process.exitCode = exitCode;
    return;
  }
  await withClient(
    async ({ client, settings }) => {
      process.once('SIGINT', () => {
        printRemark('The job continues without this command. The same command again continues to follow it.');
        process.exit(INTERRUPTED);
      });
      const started = await client.startPortalJob(requested.request).catch((error: unknown) => {
        throw requested.translateError(error);
      });
      for (const line of startedLines(started)) printRemark(line);
      await recordEvidence({ client, settings }, { ...options, apiUrl });
    },
    sender === undefined ? {} : { sender },
  );
}

async function recordEvidence(
  { client, settings }: CommandClient,
  { reference, out, json = false, apiUrl }: FirstRunOptions & { readonly apiUrl: string },
): Promise<void> {
  const { archivedFilesOf, evidenceOf, followToEvidence, serviceOf, suspectFilesOf, writeEvidence } =
    await import('../first-run/index.js');
  const { DEFAULT_POLLING_QUEUE } = await import('@signering/contract');
  const { job, failure } = await followToEvidence(client, reference);
  const returned: Returned =
    job.status === 'ENDED' ? await archivedFilesOf(client, job) : await suspectFilesOf(settings, job);
  const { pollingQueue = DEFAULT_POLLING_QUEUE } = settings;
  const queue = await client.getQueue({ flow: 'PORTAL', pollingQueue }).catch(() => undefined);
  const { version } = JSON.parse(readFileSync(PACKAGE, 'utf8')) as { readonly version: string };
  const evidence = evidenceOf({ job, returned, service: serviceOf(apiUrl), version, queue });
  await writeEvidence(out, evidence);
  print(endLines(job, returned, out), { json, value: { reference, file: out, evidence } });
  process.exitCode = job.status === 'RUNNING' ? EXIT_CODES.brokenEvidence : exitCodeOfJob(job);
  if (failure !== undefined) throw failure;
}

function endLines(job: JobDescription, { files }: Returned, out: string): readonly string[] {
  return [
    '',
    `${job.reference}: ${jobInWords(job)}`,
    ...files.flatMap(({ name, size, check }) => [
      `  ${name}  ${size} bytes  ${check.result}`,
      ...check.findings.map(({ rule, reason }) => `    ${rule}: ${reason}`),
    ]),
    `Wrote ${shownPath(out)}: structure and verdicts, without personal data. Please send it to the developers.`,
    ...(job.status === 'RUNNING' ? [`! ${job.needsOperator ?? 'The job waits for an operator.'}`] : []),
  ];
}
