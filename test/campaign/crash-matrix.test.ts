import assert from 'node:assert/strict';
import { runCrashBatch } from './crash-batch.js';
import { runCrashMatrix } from './crash-matrix.js';
import {
  allCells,
  batchesOf,
  cellName,
  oneCellOfEachKind,
  REPAIRS,
  shortCells,
  SIDE_EFFECTS,
} from './crash-points.js';

describe('the crash matrix', () => {
  const listed = SIDE_EFFECTS.map(({ name }) => name).sort();

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

  it('has a point before and after every side effect of a job', async function () {
    this.timeout(300_000);
    const lines: string[] = [];
    const report = (line: string) => lines.push(line);
    const batch = await runCrashBatch({ cells: oneCellOfEachKind(), withoutCrash: true, report });
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

  it('in its short form, keeps every promise when the worker dies at each side effect', async function () {
    this.timeout(600_000);
    const lines: string[] = [];
    const result = await runCrashMatrix({ cells: shortCells(), report: (line) => lines.push(line) });
    assert.deepEqual(
      result.cells.filter(({ outcome }) => outcome !== 'KEPT'),
      [],
      lines.join('\n'),
    );
    assert.equal(result.cells.length, listed.length);
    assert.deepEqual(result.unlisted, []);
  });
});
