// `npm run crash-matrix [-- --only TEXT]`: kills worker, Temporal, sandbox, storage and sender before and after
// every side effect of a job. --only takes the cells whose names contain the text, such as `S3/WORKER/before`, and leaves the
// other results as they are. Exit code 1 for a cell that did not keep its promises, 2 for
// invalid options.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describeEnvironment } from '../bench/environment.js';
import { HELD_UP_AT_MOST_SECONDS } from '../test/campaign/crash-batch.js';
import { runCrashMatrix } from '../test/campaign/crash-matrix.js';
import { allCells, cellName } from '../test/campaign/crash-points.js';
import {
  removeRunFolder,
  sharedS3Server,
  stopSharedS3Server,
  stopSharedTemporal,
} from '../test/fixtures/index.js';
import { readScriptOptions, refuseOptions } from './script-options.js';

const RESULTS = 'bench/results/crash-matrix.json';

/** The file of results. */
interface Results {
  /** One for each time that the command ran. */
  readonly runs: readonly object[];
  readonly outcomes: readonly { readonly cell: string; readonly outcome: string }[];
}

const { only } = readScriptOptions({ only: { type: 'string', default: '' } });
const since = Date.now();
const wanted = allCells().filter((cell) => cellName(cell).includes(only));
if (wanted.length === 0) refuseOptions(`--only ${only}: no cell has this in its name`);
const onS3 = wanted.some(({ storage }) => storage === 'S3');
const result = await runCrashMatrix({
  cells: wanted,
  s3Server: onS3 ? await sharedS3Server() : undefined,
  report: (line) => console.log(`${new Date().toISOString()} ${line}`),
});
await stopSharedS3Server();
await stopSharedTemporal();
await removeRunFolder();
const seconds = Math.round((Date.now() - since) / 1000);
const kept = result.cells.filter(({ outcome }) => outcome === 'KEPT').length;
await writeResults();
for (const effect of result.unlisted) console.error(`A side effect without a point: ${effect}`);
console.log(`${kept} of ${result.cells.length} cells kept in ${seconds} s`);
process.exit(kept === result.cells.length && kept > 0 && result.unlisted.length === 0 ? 0 : 1);

/** Puts the results into the file, in the order of the matrix, beside those of cells that did not run now. */
async function writeResults(): Promise<void> {
  mkdirSync('bench/results', { recursive: true });
  const earlier = existsSync(RESULTS)
    ? (JSON.parse(readFileSync(RESULTS, 'utf8')) as Results)
    : { runs: [], outcomes: [] };
  const now = result.cells.map(({ cell, ...ended }) => ({ cell: cellName(cell), ...ended }));
  const outcomes = allCells().flatMap((cell) => {
    const name = cellName(cell);
    const found = [...now, ...earlier.outcomes].find((one) => one.cell === name);
    return found === undefined ? [] : [found];
  });
  const run = {
    date: new Date().toISOString(),
    command: `npm run crash-matrix${only === '' ? '' : ` -- --only ${only}`}`,
    ...(await describeEnvironment()),
    seconds,
    cells: result.cells.length,
    kept,
    besideMostSeconds: Math.max(0, ...result.besideSeconds),
  };
  const results = {
    points: new Set(allCells().map(({ when, effect }) => `${when} ${effect.name}`)).size,
    cells: outcomes.length,
    kept: outcomes.filter(({ outcome }) => outcome === 'KEPT').length,
    besideAtMostSeconds: HELD_UP_AT_MOST_SECONDS,
    runs: [...earlier.runs, run],
    outcomes,
  };
  writeFileSync(RESULTS, `${JSON.stringify(results, null, 1)}\n`);
}
