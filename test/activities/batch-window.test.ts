import assert from 'node:assert/strict';
import { BatchWindow } from '@signering/activities/internal/batch-window.js';

/** The size after rows that take as long as a function of the size says, in milliseconds. */
function sizeAfterRows(msAt: (size: number) => number): number {
  const window = new BatchWindow();
  for (let row = 0; row < 100; row += 1) window.created(msAt(window.size));
  return window.size;
}

describe('the rows of a batch that are under way at once', () => {
  it('are ten where they do not wait for each other', () => {
    assert.equal(
      sizeAfterRows(() => 800),
      10,
    );
  });

  it('are measured again after ten minutes, so that one short time does not hold the batch back for good', () => {
    const window = new BatchWindow();
    window.created(250);
    for (let row = 0; row < 100; row += 1) window.created(2_000);
    assert.equal(window.size, 2);
    const now = performance.now.bind(performance);
    performance.now = () => now() + 11 * 60_000;
    try {
      for (let row = 0; row < 100; row += 1) window.created(2_000);
    } finally {
      performance.now = now;
    }
    assert.equal(window.size, 10);
  });

  it('are few where they share a busy machine, or wait for turns of the service', () => {
    const shared = sizeAfterRows((size) => size * 300);
    assert.ok(shared <= 4, `${shared} on a machine that works for nothing else`);
    const turns = sizeAfterRows((size) => Math.max(150, size * 100));
    assert.ok(turns <= 4, `${turns} at ten calls a second`);
  });
});
