import assert from 'node:assert/strict';
import { inspectSettings, memoryLimits, workflowCacheFor } from '@signering/settings';

const MIB = 2 ** 20;
const GIB = 2 ** 30;

describe('workflow cache', () => {
  it('holds at most 300 workflows, however much memory there is', () => {
    assert.equal(workflowCacheFor({ resident: 16 * GIB, heap: 4 * GIB }), 300);
    assert.equal(workflowCacheFor({ resident: GIB, heap: GIB / 2 }), 300);
    assert.ok(workflowCacheFor(memoryLimits()) <= 300);
  });

  it('holds fewer in a small container and in a small heap', () => {
    const inHalf = workflowCacheFor({ resident: GIB / 2, heap: GIB / 4 });
    assert.ok(inHalf > 100 && inHalf < 300, `${inHalf}`);
    const withSmallHeap = workflowCacheFor({ resident: 16 * GIB, heap: 128 * MIB });
    assert.ok(withSmallHeap > 20 && withSmallHeap < inHalf, `${withSmallHeap}`);
    assert.equal(workflowCacheFor({ resident: 256 * MIB, heap: 128 * MIB }), 20);
  });

  it('holds the number of the setting', () => {
    const inspect = (set: string) =>
      inspectSettings({ SIGNERING_CACHED_WORKFLOWS: set }, { readBy: ['worker'] });
    assert.equal(inspect('2000').values.SIGNERING_CACHED_WORKFLOWS, 2000);
    for (const wrong of ['0', '19', '20001', '1e3', 'all']) {
      const problem = inspect(wrong).problems.find(({ path }) => path === 'SIGNERING_CACHED_WORKFLOWS');
      assert.match(problem?.message ?? '', /must be a number of workflows from 20 to 20000/u, wrong);
    }
  });
});
