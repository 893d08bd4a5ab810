import assert from 'node:assert/strict';
import { SeededRandom } from '../fuzz/seeded-random.js';
import { seeded } from '../seed.js';
import { HELD_UP_AT_MOST_SECONDS, runCrashBatch, type BatchResult, type CellResult } from './crash-batch.js';
import { effectOfWrite } from './crash-effects.js';
import { mayLackEmail } from './crash-evidence.js';
import { fileOfResults, runCrashMatrix, type CrashMatrixResult } from './crash-matrix.js';
import {
  allCells,
  batchesOf,
  cellName,
  oneCellOfEachWay,
  REPAIRS,
  shortCells,
  SIDE_EFFECTS,
  type Cell,
} from './crash-points.js';

/** Other tests run beside it, unlike beside the long form. */
const heldUpAtMostSeconds = 3 * HELD_UP_AT_MOST_SECONDS;

describe('the crash matrix', function () {
  this.timeout(1_800_000);

  const listed = SIDE_EFFECTS.map(({ name }) => name).sort();
  const lines: string[] = [];
  let withoutCrash: Promise<BatchResult>;
  let short: Promise<CrashMatrixResult>;
  const kept: CrashMatrixResult[] = [];

  // Side by side, because both mostly wait.
  before(() => {
    const report = (line: string) => lines.push(line);
    const random = new SeededRandom(seeded({}).seed, 1);
    withoutCrash = runCrashBatch({
      cells: oneCellOfEachWay(),
      withoutCrash: true,
      heldUpAtMostSeconds,
      report,
    });
    short = runCrashMatrix({
      cells: shortCells(random),
      heldUpAtMostSeconds,
      report,
      keep: (soFar) => kept.push(soFar),
    });
    // The tests await them.
    void Promise.allSettled([withoutCrash, short]);
  });

  it('has every pair of point and victim once, and splits them into batches without loss', () => {
    const names = allCells().map(cellName);
    assert.equal(new Set(names).size, names.length);
    assert.deepEqual(new Set(batchesOf(allCells()).flat().map(cellName)), new Set(names));
    for (const storage of ['FOLDER', 'S3']) {
      for (const victim of ['WORKER', 'TEMPORAL', 'SANDBOX', ...(storage === 'S3' ? ['STORAGE'] : [])]) {
        const points = names.filter((name) => name.startsWith(`${storage}/${victim}/`));
        assert.equal(points.length, 2 * listed.length, `${storage}/${victim}`);
      }
    }
  });

  it('has a short form that reaches every point with one seed or another', () => {
    const random = new SeededRandom(seeded({}).seed, 1);
    const reached = new Set<string>();
    for (let run = 0; reached.size < 2 * listed.length && run < 1000; run += 1) {
      for (const { when, effect } of shortCells(random)) reached.add(`${when} ${effect.name}`);
    }
    assert.equal(reached.size, 2 * listed.length);
  });

  it('has a point before and after every side effect of a job', async () => {
    const batch = await withoutCrash;
    const isJobsOwn = (effect: string) => !REPAIRS.includes(effect);
    assert.deepEqual(batch.effects.filter(isJobsOwn).sort(), listed);
    // The files in the storage show which writes there were, also those that bypass the recorded calls.
    const unseen = batch.stored.filter((effect) => !batch.effects.includes(effect));
    assert.deepEqual(unseen, []);
    assert.deepEqual(
      batch.cells.filter(({ outcome }) => outcome !== 'KEPT'),
      [],
    );
  });

  it('in its short form, keeps every promise when the worker dies at a side effect of each way of agreements', async () => {
    const result = await short;
    assert.deepEqual(
      result.cells.filter(({ outcome }) => outcome !== 'KEPT'),
      [],
      lines.join('\n'),
    );
    console.log(`      ${result.cells.map(({ cell }) => `${cell.when} ${cell.effect.name}`).join('; ')}`);
    assert.equal(result.cells.length, oneCellOfEachWay().length);
    assert.deepEqual(result.unlisted, []);
    assert.deepEqual(kept.at(-1), result);
    assert.equal(
      kept.length,
      batchesOf(result.cells.map(({ cell }) => cell)).length,
      'kept after each batch',
    );
  });

  it('has no name for a step of the ledger that is not among its points', () => {
    const revision = (members: object) =>
      effectOfWrite('ledger/1/references/a/1.json', JSON.stringify({ attempts: [], ...members }));
    assert.equal(revision({ confirmedAt: 'now' }), 'ledger: confirmed');
    for (const member of ['abandoned', 'reopenedAt', 'archiveRemoval', 'erasing', 'erased']) {
      const effect = revision({ confirmedAt: 'now', [member]: {} });
      assert.equal(effect, `ledger: unknown step with ${member}`);
    }
  });

  it('demands an email unless its attempt died after the claim', () => {
    const lacking = allCells().filter(mayLackEmail);
    const points = lacking.map(({ when, effect }) => `${when} ${effect.name}`);
    assert.deepEqual([...new Set(points)], ['after email of the batch claimed', 'after email claimed']);
    assert.deepEqual([...new Set(lacking.map(({ victim }) => victim))], ['WORKER', 'TEMPORAL']);
  });

  it('begins the results anew when all cells run, and adds what some cells did', () => {
    const [first, second] = allCells();
    assert.ok(first !== undefined && second !== undefined);
    const ended = (cell: Cell, outcome: CellResult['outcome']): CrashMatrixResult => ({
      cells: [{ cell, outcome, seconds: 1 }],
      besideSeconds: [2],
      unlisted: [],
    });
    const run = { command: 'first' };
    const earlier = fileOfResults({ earlier: undefined, run, result: ended(first, 'KEPT') });
    const whole = fileOfResults({ earlier: undefined, run, result: ended(second, 'KEPT') });
    assert.deepEqual([whole.runs.length, whole.outcomes.map(({ cell }) => cell)], [1, [cellName(second)]]);
    const more = fileOfResults({ earlier, run: { command: 'second' }, result: ended(second, 'BROKEN') });
    assert.deepEqual(
      more.outcomes.map(({ outcome }) => outcome),
      ['KEPT', 'BROKEN'],
    );
    assert.deepEqual(more.runs, [
      { command: 'first', cells: 1, kept: 1, besideMostSeconds: 2 },
      { command: 'second', cells: 1, kept: 0, besideMostSeconds: 2 },
    ]);
  });
});
