import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import files, { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { openFileStorage, type ArchivedJob } from '@signering/storage';
import { onDisk } from '@signering/storage/internal/file-system/file-system-error.js';

const JOB: ArchivedJob = {
  organizationNumber: '910000007',
  reference: 'A-1',
  signatureJobId: '42',
  createdAt: '2026-03-01T00:30:00+02:00',
};

describe('storage that cannot be used', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'signering-storage-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is rejected immediately when a file is in place of the folder, with the next step', async () => {
    const root = join(folder, 'file');
    await writeFile(root, '');
    await assert.rejects(openFileStorage({ root }), {
      code: 'STORAGE_UNAVAILABLE',
      retryable: true,
      message: /SIGNERING_STORAGE/u,
    });
  });

  it('can be used again once it is back', async () => {
    const root = join(folder, 'storage');
    const storage = await openFileStorage({ root, create: true });
    await rm(root, { recursive: true });
    await writeFile(root, '');
    await assert.rejects(storage.probe(), { code: 'STORAGE_UNAVAILABLE', retryable: true });
    await assert.rejects(storage.documents.put(Buffer.from('x'), { name: 'x', mediaType: 'text/plain' }), {
      code: 'STORAGE_UNAVAILABLE',
      retryable: true,
    });
    await rm(root);
    await storage.probe();
  });

  it('is usable on a file system that does not say how much space is free', async () => {
    const storage = await openFileStorage({ root: folder });
    assert.match(await storage.probe(), /synced; [0-9.]+ GB free$/u);
    // No file system that is at hand everywhere refuses it.
    const { statfs } = files;
    const refusal = Object.assign(new Error('no'), { code: 'ENOSYS', syscall: 'statfs' });
    const refuse = (): Promise<never> => Promise.reject(refusal);
    files.statfs = refuse;
    syncBuiltinESMExports();
    try {
      assert.match(await storage.probe(), /synced$/u);
    } finally {
      files.statfs = statfs;
      syncBuiltinESMExports();
    }
  });

  it('is created for its owner only, and an existing folder keeps its permissions', async () => {
    const root = join(folder, 'storage');
    await openFileStorage({ root, create: true });
    assert.equal((await stat(root)).mode & 0o777, 0o700);
    await chmod(root, 0o750);
    await openFileStorage({ root });
    assert.equal((await stat(root)).mode & 0o777, 0o750);
  });

  for (const [code, nextStep] of [
    ['ENOSPC', /free space/u],
    ['EACCES', /read and write permission/u],
    ['EROFS', /read-only/u],
  ] as const) {
    it(`gives the next step for ${code}`, async () => {
      const refusal = Object.assign(new Error(code), { code, syscall: 'write' });
      await assert.rejects(
        onDisk('keep a document', () => Promise.reject(refusal)),
        { code: 'STORAGE_UNAVAILABLE', message: nextStep, cause: refusal },
      );
    });
  }

  it('does not cover programming errors', async () => {
    const mistake = new TypeError('no');
    await assert.rejects(
      onDisk('keep a document', () => Promise.reject(mistake)),
      mistake,
    );
  });

  it('archives large documents after the disk refused to sync one of them', async () => {
    const { archive } = await openFileStorage({ root: folder });
    const large = Buffer.alloc(33 * 1024 ** 2);
    const put = (name: string, verify: () => Promise<void>) =>
      archive.put({ job: JOB, name, content: Readable.from([large]), verify });
    const steps = new EventEmitter();
    const isVerifying = once(steps, 'verifying');
    const first = put('xades-1.xml', async () => {
      const mayEnd = once(steps, 'end');
      steps.emit('verifying');
      await mayEnd;
    });
    await isVerifying;
    const isRefused = once(steps, 'refused');
    const restore = await refuseNextSync(() => steps.emit('refused'));
    const second = put('xades-2.xml', () => Promise.resolve());
    const rejected = assert.rejects(second, { code: 'STORAGE_UNAVAILABLE', retryable: true });
    await isRefused;
    restore();
    steps.emit('end');
    await Promise.all([first, rejected]);
    await put('xades-3.xml', () => Promise.resolve());
  });

  /** The next `sync` of a file handle fails with EIO. Returns what ends that. */
  async function refuseNextSync(onRefusal: () => void): Promise<() => void> {
    const handle = await files.open(folder, 'r');
    const methods = Object.getPrototypeOf(handle) as typeof handle;
    await handle.close();
    // eslint-disable-next-line @typescript-eslint/unbound-method -- put back where it was
    const { sync } = methods;
    methods.sync = () => {
      methods.sync = sync;
      onRefusal();
      return Promise.reject(Object.assign(new Error('no'), { code: 'EIO', syscall: 'fsync' }));
    };
    return () => (methods.sync = sync);
  }
});
