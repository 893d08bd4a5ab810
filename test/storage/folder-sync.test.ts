import assert from 'node:assert/strict';
import { createHook } from 'node:async_hooks';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureFolder, syncFolder } from '@signering/storage/internal/file-system/durable-folder.js';
import { freshFolder } from '../fixtures/index.js';

const AT_ONCE = 20;
/** Of one sync: open and fsync. Closing a file is counted otherwise. */
const REQUESTS_OF_A_SYNC = 2;

/** How many requests to the file system work makes. */
async function requestsOf(work: () => Promise<unknown>): Promise<number> {
  let requests = 0;
  const hook = createHook({
    init: (_, type) => {
      if (type === 'FSREQPROMISE') requests += 1;
    },
  }).enable();
  try {
    await work();
  } finally {
    hook.disable();
  }
  return requests;
}

describe('the sync of a folder', () => {
  const folder = freshFolder('folder-sync');

  it('is shared by those who wait for the running one, and begins after their change', async () => {
    const all = () => Promise.all(Array.from({ length: AT_ONCE }, () => syncFolder(folder)));
    assert.equal(await requestsOf(all), 2 * REQUESTS_OF_A_SYNC, 'the running one, and one for all others');
    assert.equal(await requestsOf(() => syncFolder(folder)), REQUESTS_OF_A_SYNC);
  });

  it('fails for all who share it, and the next call begins anew', async () => {
    const gone = join(folder, 'gone');
    const settled = await Promise.allSettled([syncFolder(gone), syncFolder(gone), syncFolder(gone)]);
    assert.deepEqual(
      settled.map(({ status }) => status),
      ['rejected', 'rejected', 'rejected'],
    );
    assert.equal(await ensureFolder(gone), true);
    assert.equal(await ensureFolder(gone), false);
    await syncFolder(gone);
    await rm(gone, { recursive: true });
    await assert.rejects(syncFolder(gone), { code: 'ENOENT' });
  });
});
