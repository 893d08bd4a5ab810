import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArchivedJob, SuspectDocuments } from '@signering/storage';
import { describeEachFileStorage, openTemporaryStorage, type TemporaryStorage } from './temporary-storage.js';

const JOB: ArchivedJob = {
  organizationNumber: '910000007',
  reference: 'lease 1',
  signatureJobId: '42',
  createdAt: '2026-03-01T12:00:00Z',
};
const MUCH = { maxFiles: 1000, maxBytes: 1_000_000 };

describeEachFileStorage('suspect documents', (open) => {
  let temporary: TemporaryStorage;
  beforeEach(async () => {
    temporary = await open();
  });
  afterEach(() => temporary.remove());

  const keep = (content: string, { name = 'signed.pdf', job = JOB, suspects = all() } = {}) =>
    suspects.keep({ job, name, content: Buffer.from(content) });
  const all = (bounds = { ofJob: MUCH, all: MUCH }) => temporary.suspectsWithin(bounds);
  const files = async () =>
    (await temporary.raw.list('suspect')).map((path) => path.split('/').at(-1)).sort();
  const find = (content: string) =>
    temporary.storage.suspects.find({ job: JOB, name: 'signed.pdf', sha256: digestOf(content) });

  it('are found by digest, outside the archive', async () => {
    const place = await temporary.storage.suspects.keep({
      job: JOB,
      name: 'signed.pdf',
      content: Buffer.from('junk'),
    });
    assert.equal(place, `suspect/910000007/2026-03/42-lease%201/signed.${digestOf('junk')}.pdf`);
    assert.equal(Buffer.from((await find('junk')) ?? []).toString(), 'junk');
    assert.equal(await find('other'), undefined);
    assert.equal(await temporary.storage.archive.find(JOB, 'signed.pdf'), undefined);
  });

  it('are not found after a change', async () => {
    await temporary.raw.write(await keep('junk'), 'other junk');
    assert.equal(await find('junk'), undefined);
  });

  it('are stored once for identical bytes', async () => {
    const first = await keep('junk');
    assert.equal(await keep('junk'), first);
    assert.equal((await files()).length, 1);
  });

  /** Sets the files' modification times to the order in which they were stored. */
  async function keepInOrder(contents: readonly string[], suspects: SuspectDocuments, jobs = [JOB]) {
    for (const [index, content] of contents.entries()) {
      const job = jobs[index % jobs.length]!;
      const place = await keep(content, { suspects, job });
      const past = new Date(Date.UTC(2026, 0, 1, 0, index));
      await temporary.raw.setModified(place, past);
    }
  }

  it('beyond the limits of a job are removed, oldest first', async () => {
    const byNumber = all({ ofJob: { ...MUCH, maxFiles: 2 }, all: MUCH });
    await keepInOrder(['one', 'two', 'three'], byNumber);
    assert.deepEqual(await files(), ['two', 'three'].map((text) => `signed.${digestOf(text)}.pdf`).sort());
    const byBytes = all({ ofJob: { ...MUCH, maxBytes: 10 }, all: MUCH });
    await keep('12345678', { suspects: byBytes });
    assert.deepEqual(await files(), [`signed.${digestOf('12345678')}.pdf`]);
  });

  it('beyond the limits of the storage are removed across jobs, but never the newest', async () => {
    const bounded = all({ ofJob: MUCH, all: { maxFiles: 3, maxBytes: 20 } });
    await keepInOrder(['a', 'b', 'c', 'd'], bounded, [JOB, { ...JOB, signatureJobId: '43' }]);
    assert.equal((await files()).length, 3);
    assert.equal(await find('a'), undefined);
    await keep('x'.repeat(100), { suspects: bounded });
    assert.deepEqual(await files(), [`signed.${digestOf('x'.repeat(100))}.pdf`]);
  });
});

describe('suspect documents in a folder', () => {
  it('are readable by their owner only', async () => {
    const { root, storage, remove } = await openTemporaryStorage();
    try {
      const content = Buffer.from('junk');
      const place = await storage.suspects.keep({ job: JOB, name: 'signed.pdf', content });
      const path = join(root, ...place.split('/'));
      assert.equal((await stat(path)).mode & 0o077, 0);
      for (let folder = join(path, '..'); folder !== root; folder = join(folder, '..')) {
        assert.equal((await stat(folder)).mode & 0o077, 0, folder);
      }
    } finally {
      await remove();
    }
  });
});

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
