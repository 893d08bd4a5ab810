import { join } from 'node:path';
import type { Command } from 'commander';
import { listArchivedFiles } from '../demo/archived-files.js';
import type { DemoJob } from '../demo/demo-job.js';
import { inspectOwnFiles } from '../demo/own-files.js';
import { InvalidInputError } from '@signering/schema';
import type { Stack } from '../index.js';
import {
  commandView,
  formatMilliseconds,
  print,
  resultLines,
  untilOutputCloses,
  untilStackIsAskedToEnd,
} from '@signering/cli';

const FOLDER = join('.signering', 'demo');

interface DemoOptions {
  readonly direct?: boolean;
  readonly interactive?: boolean;
  readonly keep?: boolean;
  readonly json?: boolean;
}

/** `signering demo`, which is `npm run demo`: from nothing to an archived signed document. */
export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .summary('see it work: from nothing to an archived signed document')
    .description(
      'Brings up a separate stack under .signering/demo, sends a document to three signers in two groups, has ' +
        'them sign, and lists what was archived. With --direct two signers go from a web site to the service and ' +
        'back. Needs no certificate and no Temporal.',
    )
    .argument('[file...]', 'PDF files to be signed; without any, the demo makes an agreement')
    .option('--direct', 'show the direct flow: signers go from a web site to the service and come back')
    .option('--interactive', 'with --direct: sign with your own browser')
    .option('--keep', 'leave everything up afterwards, until Ctrl-C, to look around')
    .option('--json', 'print the outcome as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  $ npm run demo\n  $ npm run demo -- my.pdf other.pdf\n  $ npm run demo -- --keep' +
        '\n  $ npm run demo -- --direct\n  $ npm run demo -- --direct --interactive',
    )
    .action(runDemo);
}

async function runDemo(files: readonly string[], options: DemoOptions): Promise<void> {
  const show = showOf(options);
  inspectOwnFiles(files);
  const tell = (sentence: string): void => {
    process.stderr.write(`${sentence}\n`);
  };
  const interruption = new AbortController();
  const interrupted = Promise.race([untilStackIsAskedToEnd(), untilOutputCloses()]).then(() => {
    tell('Ending the worker, the sandbox and Temporal …');
    interruption.abort();
  });
  const startedAt = Date.now();
  tell('Starting Temporal, the sandbox and a worker …');
  const { startStack } = await import('../index.js');
  const stack = await startStack({
    folder: FOLDER,
    fresh: true,
    env: process.env,
    emptyQueueWait: '1s',
    tell,
  });
  const { signal } = interruption;
  try {
    signal.throwIfAborted();
    tell(`… up after ${formatMilliseconds(Date.now() - startedAt)}. ${show.words}\n`);
    await sendAndSign({ stack, files, options, show, signal });
    if (options.keep === true) {
      tell(keptAddresses(stack));
      await interrupted;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    // Exit code of a shell for a process ended by Ctrl-C.
    process.exitCode = 130;
  } finally {
    await stack.stop();
  }
}

/** One way to show the product. */
interface Show {
  /** What is about to be seen. */
  readonly words: string;
  /** Loaded only when it is needed: `--help` can do without Temporal's SDK. */
  readonly load: () => Promise<DemoJob>;
}

function showOf({ direct = false, interactive = false }: DemoOptions): Show {
  if (interactive && !direct) {
    throw new InvalidInputError('INVALID_REQUEST', 'The command line cannot be read', [
      { path: '--interactive', message: 'is of the direct flow: add --direct, or leave it out' },
    ]);
  }
  if (interactive) {
    return {
      words: 'Starting a job in the direct flow, for you to sign.',
      load: async () => (await import('../demo/direct-demo.js')).runInteractiveDemo,
    };
  }
  return direct
    ? {
        words: 'Two signers go from a web site to the service, and come back.',
        load: async () => (await import('../demo/direct-demo.js')).runDirectDemo,
      }
    : {
        words: 'Sending to three signers in two groups.',
        load: async () => (await import('../demo/portal-demo.js')).runPortalDemo,
      };
}

interface Sending {
  readonly show: Show;
  readonly stack: Stack;
  readonly files: readonly string[];
  readonly options: DemoOptions;
  readonly signal: AbortSignal;
}

async function sendAndSign({ show, stack, files, options, signal }: Sending): Promise<void> {
  const sentAt = Date.now();
  const run = await show.load();
  const result = await run({ stack, files, view: commandView(), signal });
  const total = Date.now() - sentAt;
  const folder = join(stack.storageFolder, 'archive', result.archive.folder);
  const archived = listArchivedFiles(folder);
  const lines = resultLines({ result, storageFolder: stack.storageFolder, files: archived });
  print(['', ...lines, `  ${'in all'.padEnd(8)}  ${formatMilliseconds(total)}`], {
    ...options,
    value: { ...result, folder, files: archived, totalMs: total },
  });
}

function keptAddresses({ temporalWebUrl, temporalAddress, announcement, folder }: Stack): string {
  return `
Everything stays up until Ctrl-C.

  Temporal Web   ${temporalWebUrl ?? `(the cluster at ${temporalAddress} has its own)`}
  Sign           ${announcement.pagesUrl}
  Sandbox        ${announcement.adminUrl}
  Logs           ${folder}
`;
}
