import { join } from 'node:path';
import type { Command } from 'commander';
import { listArchivedFiles } from '../demo/archived-files.js';
import type { DemoJob } from '../demo/demo-job.js';
import { InvalidInputError } from '@signering/schema';
import type { Stack } from '../index.js';
import {
  commandView,
  formatMilliseconds,
  print,
  resultLines,
  untilOutputCloses,
  untilStackStopSignal,
} from '@signering/cli';

const FOLDER = join('.signering', 'demo');

interface DemoOptions {
  readonly direct?: boolean;
  readonly interactive?: boolean;
  readonly keep?: boolean;
  readonly json?: boolean;
}

/** `signering demo`, which is `npm run demo`: a demo that needs no preparation and ends with an archived signed document. */
export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .summary('run a demo that ends with an archived signed document')
    .description(
      'Starts a separate stack in .signering/demo, sends a document to three signers in two groups, signs for ' +
        'them, and lists the archived files. With --direct, a web site redirects two signers to the service, and ' +
        'they return. Needs no certificate and no Temporal server.',
    )
    .argument('[file...]', 'PDF files to be signed (default: an agreement that the demo writes)')
    .option('--direct', 'show the direct flow: a web site redirects signers to the service, and they return')
    .option('--interactive', 'with --direct: sign with your own browser')
    .option('--keep', 'keep the stack running afterwards, until Ctrl-C')
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
  const { inspectOwnFiles } = await import('../demo/own-files.js');
  inspectOwnFiles(files);
  const onProgress = (sentence: string): void => {
    process.stderr.write(`${sentence}\n`);
  };
  const interruption = new AbortController();
  const interrupted = Promise.race([untilStackStopSignal(), untilOutputCloses()]).then(() => {
    onProgress('Stopping the worker, the sandbox and Temporal …');
    interruption.abort();
  });
  const startedAt = Date.now();
  onProgress('Starting Temporal, the sandbox and a worker …');
  const { startStack } = await import('../index.js');
  const stack = await startStack({
    folder: FOLDER,
    fresh: true,
    env: process.env,
    emptyQueueWait: '1s',
    onProgress,
  });
  const { signal } = interruption;
  try {
    signal.throwIfAborted();
    onProgress(`… ready after ${formatMilliseconds(Date.now() - startedAt)}. ${show.words}\n`);
    await sendAndSign({ stack, files, options, show, signal });
    if (options.keep === true) {
      onProgress(keptAddresses(stack));
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

/** One kind of demo. */
interface Show {
  /** Describes what the demo will do. */
  readonly words: string;
  /** Imports the demo dynamically, because `--help` does not need Temporal's SDK. */
  readonly load: () => Promise<DemoJob>;
}

function showOf({ direct = false, interactive = false }: DemoOptions): Show {
  if (interactive && !direct) {
    throw new InvalidInputError('INVALID_REQUEST', 'Invalid command line', [
      { path: '--interactive', message: 'belongs to the direct flow: add --direct, or omit it' },
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
        words: 'A web site redirects two signers to the service, and they return.',
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
  print(['', ...lines, `  ${'total'.padEnd(8)}  ${formatMilliseconds(total)}`], {
    ...options,
    value: { ...result, folder, files: archived, totalMs: total },
  });
}

function keptAddresses({ temporalWebUrl, temporalAddress, announcement, folder }: Stack): string {
  return `
Everything keeps running until Ctrl-C.

  Temporal Web   ${temporalWebUrl ?? `(the cluster at ${temporalAddress} has its own)`}
  Sign           ${announcement.pagesUrl}
  Sandbox        ${announcement.adminUrl}
  Logs           ${folder}
`;
}
