import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import type { Stack } from '../index.js';
import { untilOutputCloses, untilStackStopSignal } from '@signering/cli';

const FOLDER = '.signering';

/** `signering dev`, which is `npm start`: a whole stack that runs until Ctrl-C, and continues with the same jobs when restarted. */
export function addDevCommand(program: Command): void {
  program
    .command('dev')
    .summary('run Temporal, the sandbox, a worker and the portal until Ctrl-C')
    .description(
      'Starts Temporal with Temporal Web, a sandbox of Posten signering, a worker, a codec server and the sender portal, and keeps them ' +
        'running until Ctrl-C, or until its terminal or output pipe is closed. The state is kept in .signering/: open jobs ' +
        'continue after a restart, also after kill -9. If TEMPORAL_ADDRESS is set, the stack uses that cluster. Other ' +
        'settings of a worker or client (SIGNERING_…) are passed on to the worker and to .signering/dev.env; ' +
        'settings that the stack sets itself, such as SIGNERING_STORAGE, are rejected.',
    )
    .option('--json', 'print the addresses as one line of JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  $ signering dev\n  $ SIGNERING_ACCEPT_UNENCRYPTED=yes signering dev' +
        '\n  $ TEMPORAL_ADDRESS=localhost:7233 signering dev --json',
    )
    .action(runDev);
}

async function runDev({ json = false }: { readonly json?: boolean }): Promise<void> {
  const onProgress = (sentence: string): void => {
    process.stderr.write(`${new Date().toTimeString().slice(0, 8)} ${sentence}\n`);
  };
  const { DEV_ENV_FILE, readEnvFile, writeEnvFile } = await import('@signering/settings');
  const { passedSettings } = await import('../stack/passed-settings.js');
  const settings = passedSettings({ env: process.env, own: readEnvFile(DEV_ENV_FILE) ?? {}, onProgress });
  const interrupted = Promise.race([untilStackStopSignal(), untilOutputCloses()]);
  onProgress('Starting Temporal, the sandbox and a worker …');
  const { startStack } = await import('../index.js');
  const stack = await startStack({
    folder: FOLDER,
    env: process.env,
    settings,
    emptyQueueWait: '5s',
    withPortal: true,
    onProgress,
  });
  try {
    writeEnvFile(DEV_ENV_FILE, stack.settings);
    process.stdout.write(
      json ? `${JSON.stringify({ ...addressesOf(stack), settings: DEV_ENV_FILE })}\n` : welcome(stack),
    );
    await interrupted;
    onProgress('Stopping the worker, the sandbox and Temporal …');
  } finally {
    await stack.stop();
  }
  onProgress('The state is kept in .signering/ for the next start.');
}

function addressesOf(stack: Stack): Record<string, string | undefined> {
  return {
    temporalAddress: stack.temporalAddress,
    temporalWebUrl: stack.temporalWebUrl,
    codecUrl: stack.codecUrl,
    portalUrl: stack.portalUrl,
    metricsUrl: stack.metricsUrl,
    readyUrl: stack.readyUrl,
    apiUrl: stack.announcement.apiUrl,
    pagesUrl: stack.announcement.pagesUrl,
    emailsUrl: stack.announcement.emails.pageUrl,
    adminUrl: stack.announcement.adminUrl,
    storage: stack.storageFolder,
  };
}

/** A document for the first job. */
const SAMPLE = fileURLToPath(new URL('../../../docs/examples/contract.pdf', import.meta.url));
/** Synthetic. */
const SAMPLE_SIGNER = '14838500073';

function welcome(stack: Stack): string {
  const { adminUrl, apiUrl, emails, login, pagesUrl } = stack.announcement;
  const sample = relative(process.cwd(), SAMPLE);
  return `
Everything is running.

  Sender portal       ${stack.portalUrl}  (log in as anne@example.com)
  Log-in service      ${login?.issuer}  (of the sender portal, without passwords)
  Sign as a signer    ${pagesUrl}
  Caught emails       ${emails.pageUrl}  (to the people who make jobs)
  Mail server         ${emails.smtpUrl}  (of the sandbox, for the worker: it catches the emails)
  Temporal Web        ${stack.temporalWebUrl ?? `(the cluster at ${stack.temporalAddress} has its own)`}
  Temporal            ${stack.temporalAddress}  (for clients and workers)
  Codec server        ${new URL(stack.codecUrl).origin}  (decrypts for Temporal Web, with the token in .signering/dev.env)
  Sandbox             ${adminUrl}  (for programs: docs/sandbox.md)
  Signature API       ${apiUrl}  (of the sandbox, for the worker: two-way TLS)
  Metrics             ${stack.metricsUrl}  (for Prometheus)
  Health              ${stack.readyUrl}  (for probes)
  Signed documents    ${join(stack.storageFolder, 'archive')}
  Logs                ${stack.folder}

Send a first document, from a second terminal in this folder:

  npx signering send ${sample} --title "Contract" \\
    --reference first --signer pin:${SAMPLE_SIGNER},email=kari@example.com
  npx signering watch first

and sign it in a browser: open ${pagesUrl} and
log in with the identity number ${SAMPLE_SIGNER}.

Ctrl-C stops everything; after a restart the jobs continue.
`;
}
