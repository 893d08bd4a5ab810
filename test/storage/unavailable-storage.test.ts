import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFileStorage } from '@signering/storage';
import { onDisk } from '@signering/storage/internal/file-system/file-system-error.js';

describe('storage that cannot be used', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'signering-storage-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is refused at once when a file stands where the folder should be, with the next step', async () => {
    const root = join(folder, 'file');
    await writeFile(root, '');
    await assert.rejects(openFileStorage({ root }), {
      code: 'STORAGE_UNAVAILABLE',
      retryable: true,
      message: /SIGNERING_STORAGE/u,
    });
  });

  it('may be tried again once it is back', async () => {
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

  it('is made for its owner only, and left as it is where somebody else made it', async () => {
    const root = join(folder, 'storage');
    await openFileStorage({ root, create: true });
    assert.equal((await stat(root)).mode & 0o777, 0o700);
    await chmod(root, 0o750);
    await openFileStorage({ root });
    assert.equal((await stat(root)).mode & 0o777, 0o750);
  });

  for (const [code, nextStep] of [
    ['ENOSPC', /free space/u],
    ['EACCES', /right to read and write/u],
    ['EROFS', /read-only/u],
  ] as const) {
    it(`says what to do about ${code}`, async () => {
      const refusal = Object.assign(new Error(code), { code, syscall: 'write' });
      await assert.rejects(
        onDisk('keep a document', () => Promise.reject(refusal)),
        { code: 'STORAGE_UNAVAILABLE', message: nextStep, cause: refusal },
      );
    });
  }

  it('is not blamed for mistakes of the program', async () => {
    const mistake = new TypeError('no');
    await assert.rejects(
      onDisk('keep a document', () => Promise.reject(mistake)),
      mistake,
    );
  });
});
