// `npm run fuzz [-- --executions N --seed S --target NAME]`: runs every parser of external input on broken inputs,
// one thread for each, and prints the cost. An input that causes anything but a result or a rejection, takes too
// long, or leaks memory is a finding: the run fails, and the input is written to .cache/fuzz.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { FUZZ_TARGETS } from '../test/fuzz/targets.js';
import type { FuzzOrder, FuzzProgress } from './fuzz-thread.js';
import { readScriptOptions, refuseOptions, wholeNumber } from './script-options.js';

const MILLION = 1_000_000;
const FOLDER = join('.cache', 'fuzz');
/** Growth after warm-up that is not a leak: caches, fragmentation, and garbage not yet collected. */
const MAX_GROWTH_BYTES = 64 * 2 ** 20;
/** Margin beyond the target's own limit, so that the thread can report the timeout itself. */
const WATCH_SLACK_MS = 15_000;

const values = readScriptOptions({
  executions: { type: 'string', default: String(MILLION) },
  seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
  target: { type: 'string' },
});
const executions = wholeNumber('executions', values.executions);
const seed = wholeNumber('seed', values.seed);
const targets = FUZZ_TARGETS.filter(({ name }) => values.target === undefined || name === values.target);
if (targets.length === 0) {
  refuseOptions(
    `Unknown target ${values.target ?? ''}; choose one of: ${FUZZ_TARGETS.map(({ name }) => name).join(', ')}`,
  );
}
console.log(`seed ${seed}`);

const megabytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MB`;
let done = 0;
let failed = false;
const started = performance.now();
for (const { name, share, maxMs } of targets) {
  const part = targets.length === 1 ? executions : Math.ceil((executions * share) / 100);
  const finding = await fuzzInThread({ target: name, seed, executions: part }, maxMs);
  failed ||= finding;
  done += part;
}
const seconds = (performance.now() - started) / 1000;
console.log(
  `${done} executions in ${Math.round(seconds)} s, ${Math.round(done / seconds)} a second; ` +
    `memory at the end ${megabytes(process.memoryUsage.rss())}; ${failed ? 'WITH FINDINGS' : 'no findings'}`,
);
process.exit(failed ? 1 : 0);

/** Returns true if there was a finding. */
function fuzzInThread(order: FuzzOrder, maxMs: number): Promise<boolean> {
  const thread = new Worker(new URL('./fuzz-thread.js', import.meta.url), { workerData: order });
  // Before the first report: a thread can hang at its first input.
  let last: FuzzProgress = { at: Date.now(), execution: 0 };
  return new Promise((resolve) => {
    const end = (problem?: string) => {
      clearInterval(watch);
      if (problem !== undefined) console.log(`${order.target}: ${problem}`);
      thread.removeListener('exit', onExit);
      void thread.terminate().then(() => resolve(problem !== undefined));
    };
    const onExit = () => end('the thread ended early');
    const watch = setInterval(() => {
      if (Date.now() - last.at > maxMs + WATCH_SLACK_MS) {
        end(`hangs after execution ${last.execution} of seed ${seed}`);
      }
    }, 1000);
    thread.on('error', (error) => end(error.stack ?? error.message));
    thread.on('exit', onExit);
    thread.on('message', (progress: FuzzProgress) => {
      last = progress;
      if (progress.finding !== undefined) {
        mkdirSync(FOLDER, { recursive: true });
        const file = join(FOLDER, `${order.target.replaceAll(/\W+/gu, '-')}-${seed}-${progress.execution}`);
        writeFileSync(file, progress.finding.input);
        end(`${progress.finding.what}; the input is ${file}`);
        return;
      }
      if (progress.report === undefined) return;
      const { executions: count, taken, worstMs, seconds: took, heapBytes, rssBytes } = progress.report;
      const [warm = 0] = heapBytes;
      const heap = heapBytes.at(-1) ?? 0;
      console.log(
        `${order.target}: ${count} executions, ${Math.round(count / took)} a second, ${taken} accepted, worst ` +
          `${Math.round(worstMs)} ms; heap after collection ${heapBytes.map(megabytes).join(' → ')}; process ${megabytes(rssBytes)}`,
      );
      end(heap - warm > MAX_GROWTH_BYTES ? `memory grew by ${megabytes(heap - warm)}` : undefined);
    });
  });
}
