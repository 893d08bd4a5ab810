import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { freshFolder, removeRunFolder, sweepKilledRuns } from '../test/fixtures/run-folder.js';
import type { BenchContext, Figure } from './bench.js';
import { describeEnvironment } from './environment.js';
import { growthCurves } from './growth-curves.js';
import { measureOtherLoad } from './other-load.js';
import { drawPlot } from './plot.js';
import {
  formatResults,
  labelOf,
  readResults,
  summarize,
  writeResultFile,
  type BenchResult,
} from './results.js';
import type { BenchMessage } from './run-in-this-process.js';
import { formatBench, formatHeading } from './table.js';

/** The argument of {@link runBenches}. */
export interface RunBenchesOptions extends Omit<BenchContext, 'report'> {
  readonly names: readonly string[];
  /** The command that repeats the run. */
  readonly command: string;
  /** A bench that takes longer is ended and has failed. */
  readonly withinMinutes: number;
  /** Folder of `bench.json` and `bench.svg`. @default nothing is written */
  readonly resultFolder?: string;
}

const MAIN = fileURLToPath(new URL('./main.js', import.meta.url));
const QUIET_MS = 5000;

/**
 * Runs benches one after the other, each in its own process, so that one does not affect the memory and the compiled
 * code of the next. Keeps the figures of each bench when it ends, so that an interrupted run loses only the last one.
 * Returns the exit code: 1 if a bench failed, 130 or 143 for an interrupted run.
 */
export async function runBenches(options: RunBenchesOptions): Promise<number> {
  const { names, short, seed, command, resultFolder } = options;
  await sweepKilledRuns();
  const environment = await describeEnvironment();
  console.log(formatHeading({ ...environment, command, seed }));
  const interruption = listenForSignals();
  const isInterrupted = (): boolean => interruption.exitCode !== undefined;
  let exitCode = 0;
  for (const [index, name] of names.entries()) {
    if (isInterrupted()) break;
    console.error(`${name} (${index + 1} of ${names.length}) …`);
    const startedAt = new Date();
    const otherLoad = measureOtherLoad();
    try {
      const { title, figures } = await runInOwnProcess(name, options, interruption);
      const result: BenchResult = {
        title,
        startedAt: startedAt.toISOString(),
        durationSeconds: Math.round((Date.now() - startedAt.getTime()) / 100) / 10,
        command,
        seed,
        short,
        otherLoad: otherLoad(),
        ...environment,
        figures: byLabel(figures, short),
      };
      console.log(formatBench(name, result));
      if (resultFolder !== undefined) keep(resultFolder, name, result);
    } catch (error) {
      if (isInterrupted()) break;
      console.log(`${name}: failed. ${(error as Error).message}\n`);
      exitCode = 1;
    } finally {
      await removeRunFolder();
    }
  }
  if (resultFolder !== undefined) console.error(`The results are in ${resultFolder}.`);
  return interruption.exitCode ?? exitCode;
}

interface Interruption {
  exitCode?: number;
  child?: ChildProcess;
}

/** The process of a bench has its own process group, because it ends with what it started. */
function listenForSignals(): Interruption {
  const interruption: Interruption = {};
  const end = (exitCode: number) => () => {
    interruption.exitCode = exitCode;
    console.error('Interrupted: the figures of finished benches are kept.');
    const { child } = interruption;
    if (child !== undefined) killGroupOf(child);
  };
  process.once('SIGINT', end(130));
  process.once('SIGTERM', end(143));
  return interruption;
}

function killGroupOf({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, 'SIGKILL');
}

function runInOwnProcess(
  name: string,
  { short, large, seed, besideJava, withinMinutes }: RunBenchesOptions,
  interruption: Interruption,
): Promise<{ readonly title: string; readonly figures: readonly Figure[] }> {
  const context = JSON.stringify({ short, large, seed, besideJava });
  const child = fork(MAIN, ['--in-this-process', name, context], {
    detached: true,
    env: { ...process.env, TMPDIR: freshFolder(name) },
  });
  interruption.child = child;
  const progress = printProgress(name);
  return new Promise((resolve, reject) => {
    let measured: { readonly title: string; readonly figures: readonly Figure[] } | undefined;
    let isOutOfTime = false;
    const outOfTime = setTimeout(() => {
      isOutOfTime = true;
      killGroupOf(child);
    }, withinMinutes * 60_000);
    child.on('message', (message: BenchMessage) => {
      if ('line' in message) progress.print(message.line);
      else measured = message;
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      clearTimeout(outOfTime);
      progress.stop();
      const cause = isOutOfTime
        ? `It was ended after ${withinMinutes} minutes (--within)`
        : `Its process ended with ${signal ?? `exit code ${code ?? 0}`}`;
      if (measured !== undefined) resolve(measured);
      else reject(new Error(`${cause} before it had figures.`));
    });
  });
}

/** Prints what a bench reported last, with the elapsed time: at a report, at most once a second, and every five seconds. */
function printProgress(name: string) {
  const start = performance.now();
  let printed = 0;
  let last = '';
  const print = (): void => {
    if (performance.now() - printed < 1000) return;
    printed = performance.now();
    console.error(`  ${name}, ${Math.round((printed - start) / 1000)} s: ${last}`);
    timer.refresh();
  };
  const timer = setInterval(print, QUIET_MS);
  return {
    print: (line: string): void => {
      last = line;
      print();
    },
    stop: () => clearInterval(timer),
  };
}

function byLabel(figures: readonly Figure[], short: boolean): BenchResult['figures'] {
  const labelled = Object.fromEntries(
    figures.map((figure) => [labelOf(figure), summarize(figure, { short })]),
  );
  if (Object.keys(labelled).length < figures.length) throw new Error('Two figures have the same name.');
  return labelled;
}

function keep(folder: string, name: string, result: BenchResult): void {
  const { benches } = readResults(folder);
  const results = { version: 1, benches: { ...benches, [name]: result } } as const;
  writeResultFile(folder, 'bench.json', formatResults(results));
  writeResultFile(folder, 'bench.svg', drawPlot(growthCurves(results)));
}
