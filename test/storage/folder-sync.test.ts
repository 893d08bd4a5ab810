import assert from 'node:assert/strict';
import { createHook } from 'node:async_hooks';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { openFileStorage, type ArchivedJob } from '@signering/storage';
import { ensureFolder, syncFolder } from '@signering/storage/internal/file-system/durable-folder.js';
import { freshFolder } from '../fixtures/index.js';

const JOB: ArchivedJob = {
  organizationNumber: '910000007',
  reference: 'A-1',
  signatureJobId: '42',
  createdAt: '2026-03-01T00:30:00+02:00',
};
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

describe('a signed document in the archive', () => {
  it('is synced once, and its name once', async () => {
    const root = freshFolder('archived-document-sync');
    const { archive } = await openFileStorage({ root });
    const put = (name: string) =>
      archive.put({
        job: JOB,
        name,
        content: Readable.from([Buffer.from('x')]),
        verify: () => Promise.resolve(),
      });
    // Makes the folder.
    await put('xades-1.xml');
    assert.equal(await syncsOf(root, () => put('signed.pdf')), 2);
  });

  /** How many syncs of files and folders work makes. */
  async function syncsOf(folder: string, work: () => Promise<unknown>): Promise<number> {
    const handle = await open(folder, 'r');
    const methods = Object.getPrototypeOf(handle) as typeof handle;
    await handle.close();
    // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its handle, and put back where it was
    const { sync } = methods;
    let syncs = 0;
    methods.sync = function (this: typeof handle) {
      syncs += 1;
      return sync.call(this);
    };
    try {
      await work();
    } finally {
      methods.sync = sync;
    }
    return syncs;
  }
});
