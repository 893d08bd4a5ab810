// `npm run bench [-- NAME…]`: measures, prints a report, and keeps it in bench/results. See bench/README.md.
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import type { Bench } from './bench.js';
import { RESULT_FOLDER, writeDocFigures } from './doc-figures.js';
import { runBenches } from './run-benches.js';
import { runInThisProcess } from './run-in-this-process.js';

/** All benches by name, in the order of the report. Each process loads only the one that it runs. */
const BENCHES: Readonly<Record<string, () => Promise<{ readonly bench: Bench }>>> = {
  packages: () => import('./packages.js'),
  'job-cost': () => import('./job-cost.js'),
  'document-sizes': () => import('./document-sizes.js'),
  signers: () => import('./signers.js'),
  starts: () => import('./starts.js'),
  actions: () => import('./actions.js'),
  downloads: () => import('./downloads.js'),
  'command-start': () => import('./command-start.js'),
  'rate-limit': () => import('./rate-limit.js'),
  'open-agreements': () => import('./open-agreements.js'),
  latency: () => import('./latency.js'),
  'end-to-end': () => import('./end-to-end.js'),
  workers: () => import('./workers.js'),
  batch: () => import('./batch.js'),
  'killed-batch': () => import('./killed-batch.js'),
  portal: () => import('./portal.js'),
};

interface Options {
  readonly short: boolean;
  readonly large: boolean;
  readonly seed: number;
  readonly besideJava: boolean;
  readonly within: number;
  readonly save: boolean;
  readonly writeDocs: boolean;
  readonly out?: string;
}

const command = new Command('npm run bench --')
  .description(
    'Measures speed, memory and cost, and prints a report. A run of all benches also writes bench.json and ' +
      'bench.svg to bench/results, replacing there the figures of the benches that ran, and these figures into the docs.',
  )
  .argument('[NAME...]', `benches to run: ${Object.keys(BENCHES).join(', ')}. Default: all`)
  .option('--short', 'a form of seconds, whose figures are not results; not written without --out', false)
  .option(
    '--large',
    'also with 10,000 open agreements and batches of 10,000 rows: with all benches about 110 minutes',
    false,
  )
  .option('--seed <number>', 'seed of the random numbers', parseSeed, 1)
  .option('--beside-java', 'compare with the official Java client, after npm run fetch-java-judges', false)
  .option('--within <minutes>', 'end a bench that takes longer; it has failed', parseMinutes, 120)
  .option('--save', 'write to bench/results also if only some benches run', false)
  .option('--out <folder>', 'write to this folder instead, and not into the docs')
  .option('--write-docs', 'measure nothing: only write the figures of bench/results into the docs', false)
  .exitOverride()
  .action((names: readonly string[], options: Options) => measure(names, options));

const [first, ...rest] = process.argv.slice(2);
if (first === '--in-this-process') {
  await runInThisProcess(BENCHES, rest);
} else {
  try {
    await command.parseAsync();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  }
}

async function measure(names: readonly string[], options: Options): Promise<void> {
  const unknown = names.find((name) => BENCHES[name] === undefined);
  if (unknown !== undefined)
    command.error(`Unknown bench "${unknown}"; choose some of: ${Object.keys(BENCHES).join(', ')}.`);
  const { short, save, writeDocs, out } = options;
  if (writeDocs) {
    printChangedDocs();
    return;
  }
  if (short && save)
    command.error('The figures of the short form are not results: use --out instead of --save.');
  const isComplete = names.length === 0 && !short;
  const resultFolder = out ?? (save || isComplete ? RESULT_FOLDER : undefined);
  process.exitCode = await runBenches({
    names: names.length === 0 ? Object.keys(BENCHES) : names,
    short,
    large: options.large,
    seed: options.seed,
    besideJava: options.besideJava,
    withinMinutes: options.within,
    command: commandLine(names, options),
    ...(resultFolder !== undefined && { resultFolder }),
  });
  if (resultFolder === RESULT_FOLDER) printChangedDocs();
}

function printChangedDocs(): void {
  for (const file of writeDocFigures()) console.error(`Wrote the figures of bench/results into ${file}.`);
}

/** The command that repeats this run, without the folder of `--out`. */
function commandLine(names: readonly string[], { short, large, seed, besideJava, save }: Options): string {
  const words = [
    ...names,
    ...(short ? ['--short'] : []),
    ...(large ? ['--large'] : []),
    ...(seed === 1 ? [] : ['--seed', String(seed)]),
    ...(besideJava ? ['--beside-java'] : []),
    ...(save ? ['--save'] : []),
  ];
  return ['npm run bench', ...(words.length === 0 ? [] : ['--', ...words])].join(' ');
}

function parseMinutes(text: string): number {
  const minutes = Number(text);
  // The longest time that a timer of Node takes is 24 days.
  if (!(minutes > 0 && minutes <= 24 * 24 * 60))
    throw new InvalidArgumentError('It must be a number of minutes above 0.');
  return minutes;
}

function parseSeed(text: string): number {
  const seed = Number(text);
  if (!Number.isSafeInteger(seed) || seed < 0) throw new InvalidArgumentError('It must be a whole number.');
  return seed;
}
