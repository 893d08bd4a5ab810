import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const SCRIPT = fileURLToPath(new URL('./growing-heap.js', import.meta.url));

/** The highest use of the heap, in MB, of a process that keeps some 60 MB. */
async function highestOf(way: 'early' | 'default'): Promise<number> {
  // A busy machine runs the threads of the garbage collector late.
  const flags = ['--single-threaded-gc', '--max-old-space-size=4096'];
  const args = ['--conditions=signering-tests', ...flags, SCRIPT, way];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return Number(stdout);
}

describe('a worker', () => {
  it('collects garbage long before its heap has twice the size of what is in use', async () => {
    const [early, byDefault] = [await highestOf('early'), await highestOf('default')];
    assert.ok(early < 0.7 * byDefault, `${early} MB of heap, ${byDefault} MB by default`);
  });
});
