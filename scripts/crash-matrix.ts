// `npm run crash-matrix [-- --only TEXT]`: kills worker, Temporal, sandbox, storage and sender before and after
// every side effect of a job. --only takes the cells whose names contain the text, such as `S3/WORKER/before`, and leaves the
// other results as they are; a run of all cells begins the file anew. Results are kept after each batch of cells. Exit code 1
// for a cell that did not keep its promises, 2 for invalid options, 130 or 143 for an interrupted run.
import { existsSync, readFileSync } from 'node:fs';
import { describeEnvironment } from '../bench/environment.js';
import { writeResultFile } from '../bench/results.js';
import {
  fileOfResults,
  runCrashMatrix,
  type CrashMatrixFile,
  type CrashMatrixResult,
} from '../test/campaign/crash-matrix.js';
import { allCells, cellName } from '../test/campaign/crash-points.js';
import {
  removeRunFolder,
  sharedS3Server,
  stopSharedS3Server,
  stopSharedTemporal,
} from '../test/fixtures/index.js';
import { endWhenInterrupted, readScriptOptions, refuseOptions } from './script-options.js';

const FOLDER = 'bench/results';
const FILE = 'crash-matrix.json';

const { only } = readScriptOptions({ only: { type: 'string', default: '' } });
const startedAt = new Date();
const wanted = allCells().filter((cell) => cellName(cell).includes(only));
if (wanted.length === 0) refuseOptions(`--only ${only}: no cell has this in its name`);
const earlier =
  only !== '' && existsSync(`${FOLDER}/${FILE}`)
    ? (JSON.parse(readFileSync(`${FOLDER}/${FILE}`, 'utf8')) as CrashMatrixFile)
    : undefined;
// Of the code that runs: the checkout may be at another commit in the end.
const environment = await describeEnvironment();
endWhenInterrupted('the results of finished batches are kept.');
const onS3 = wanted.some(({ storage }) => storage === 'S3');
const result = await runCrashMatrix({
  cells: wanted,
  s3Server: onS3 ? await sharedS3Server() : undefined,
  report: (line) => console.log(`${new Date().toISOString()} ${line}`),
  keep,
});
await stopSharedS3Server();
await stopSharedTemporal();
await removeRunFolder();
const kept = result.cells.filter(({ outcome }) => outcome === 'KEPT').length;
for (const effect of result.unlisted) console.error(`A side effect without a point: ${effect}`);
console.log(`${kept} of ${result.cells.length} cells kept in ${secondsSinceStart()} s`);
process.exit(kept === result.cells.length && kept > 0 && result.unlisted.length === 0 ? 0 : 1);

function keep(soFar: CrashMatrixResult): void {
  const run = {
    date: startedAt.toISOString(),
    command: `npm run crash-matrix${only === '' ? '' : ` -- --only ${only}`}`,
    ...environment,
    seconds: secondsSinceStart(),
  };
  const content = fileOfResults({ earlier, run, result: soFar });
  writeResultFile(FOLDER, FILE, `${JSON.stringify(content, null, 1)}\n`);
}

function secondsSinceStart(): number {
  return Math.round((Date.now() - startedAt.getTime()) / 1000);
}
