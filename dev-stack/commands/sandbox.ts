import { join } from 'node:path';
import type { Command } from 'commander';
import { InvalidInputError } from '@signering/schema';
import { parseDuration, untilStopSignal } from '@signering/cli';
import type { SandboxOptions as StartedSandboxOptions } from '@signering/sandbox';

interface SandboxOptions {
  readonly port: string;
  readonly state: string;
  readonly emptyQueueWait: string;
  readonly callsPerSecond: string;
  readonly senderPortal?: string;
}

/** `signering sandbox`: a sandbox standing in for Posten signering, in the foreground. */
export function addSandboxCommand(program: Command): void {
  program
    .command('sandbox')
    .summary('run a sandbox standing in for Posten signering')
    .description(
      'Runs a sandbox with both flows of Posten signering: two-way TLS with generated certificates, pages on which ' +
        'people sign, queues, deadlines, signed documents. When it is ready it prints one line of JSON with its ' +
        'addresses and its client certificate. It accepts any 11 digits as an identity number. Ctrl-C stops it; its ' +
        'state is kept.',
    )
    .option(
      '--port <n>',
      'port of its API on 127.0.0.1; 0 chooses a free one, and keeps it for later starts',
      '0',
    )
    .option('--state <dir>', 'folder for certificates, jobs and documents', join('.signering', 'sandbox'))
    .option('--empty-queue-wait <duration>', 'how long senders wait after an empty queue', '5s')
    .option(
      '--calls-per-second <n>',
      'calls of an organisation before the sandbox blocks it for 30 seconds; unlimited: it counts no calls, for load tests',
      '10',
    )
    .option(
      '--sender-portal <url>',
      'address of a sender portal: also runs an OpenID Connect issuer with which people log in to it',
    )
    .option('--json', 'no effect: the output is always JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  $ signering sandbox\n  $ signering sandbox --port 8443 --state /tmp/posten --empty-queue-wait 1s' +
        '\n  $ signering sandbox --calls-per-second unlimited',
    )
    .action(runSandbox);
}

async function runSandbox(options: SandboxOptions): Promise<void> {
  const read = readOptions(options);
  const { startSandbox } = await import('@signering/sandbox');
  const sandbox = await startSandbox({ ...read, stateFolder: options.state });
  process.stdout.write(`${JSON.stringify(sandbox.announcement)}\n`);
  await untilStopSignal();
  await sandbox.close();
}

function readOptions(options: SandboxOptions): Omit<StartedSandboxOptions, 'stateFolder'> {
  const problems = [];
  const port = /^\d{1,5}$/u.test(options.port) ? Number(options.port) : NaN;
  if (!(port <= 65_535)) {
    problems.push({ path: '--port', message: 'must be a number from 0 to 65535' });
  }
  const seconds = parseDuration(options.emptyQueueWait);
  if (seconds === undefined) {
    problems.push({ path: '--empty-queue-wait', message: 'must be a duration such as 5s, 10m or 1h' });
  }
  const isUnlimited = options.callsPerSecond === 'unlimited';
  if (!isUnlimited && !/^[1-9]\d{0,5}$/u.test(options.callsPerSecond)) {
    problems.push({ path: '--calls-per-second', message: 'must be a number from 1 to 999999, or unlimited' });
  }
  const callsPerSecond = isUnlimited ? Infinity : Number(options.callsPerSecond);
  const { senderPortal } = options;
  if (
    senderPortal !== undefined &&
    !(URL.canParse(senderPortal) && new URL(senderPortal).origin === senderPortal)
  ) {
    problems.push({
      path: '--sender-portal',
      message: 'must be an address without a path, such as http://127.0.0.1:8090',
    });
  }
  if (problems.length > 0) {
    throw new InvalidInputError('INVALID_REQUEST', 'The sandbox cannot be started', problems);
  }
  return {
    port,
    emptyQueueWaitMs: (seconds ?? 0) * 1000,
    callsPerSecond,
    ...(senderPortal !== undefined && { senderPortalUrl: senderPortal }),
  };
}
