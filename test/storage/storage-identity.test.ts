import assert from 'node:assert/strict';
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkStorageId, demandStorageId, openFileStorage } from '@signering/storage';
import { freshFolder } from '../fixtures/index.js';

describe('the identity of a storage', () => {
  let root: string;
  beforeEach(() => {
    root = join(freshFolder('identity'), 'storage');
  });

  const idOf = async (folder: string) =>
    demandStorageId((await openFileStorage({ root: folder })).storageIdentity);

  it('is written once, even when several workers start concurrently', async () => {
    const opened = await Promise.all([1, 2, 3, 4].map(() => openFileStorage({ root, create: true })));
    const ids = await Promise.all(opened.map(({ storageIdentity }) => demandStorageId(storageIdentity)));
    assert.equal(new Set(ids).size, 1);
    const text = readFileSync(join(root, 'storage-identity.json'), 'utf8');
    assert.ok(text.includes(ids[0]!));
    assert.deepEqual(Object.keys(JSON.parse(text) as object), ['version', 'id', 'createdAt']);
    await openFileStorage({ root, create: true });
    assert.equal(readFileSync(join(root, 'storage-identity.json'), 'utf8'), text);
  });

  it('is copied along when storage is moved', async () => {
    await openFileStorage({ root, create: true });
    const moved = join(freshFolder('identity'), 'moved');
    cpSync(root, moved, { recursive: true });
    assert.equal(await idOf(moved), await idOf(root));
  });

  it('is not written by a client, which does not create the folder either', async () => {
    await assert.rejects(openFileStorage({ root }), {
      code: 'STORAGE_UNAVAILABLE',
      retryable: true,
      message: /SIGNERING_STORAGE names .*storage, and there is no such folder\. Mount its volume/u,
    });
    assert.ok(!existsSync(root));
  });

  it('is missing in a folder that no worker has used', async () => {
    const empty = freshFolder('empty');
    await assert.rejects(idOf(empty), {
      code: 'STORAGE_UNAVAILABLE',
      message: /storage-identity\.json.*no worker has used it\. Mount its volume/u,
    });
  });

  it('mismatch makes a job wait: the retryable error names both storages', async () => {
    const { storageIdentity } = await openFileStorage({ root, create: true });
    const id = await demandStorageId(storageIdentity);
    await checkStorageId(storageIdentity, id);
    await assert.rejects(checkStorageId(storageIdentity, 'another'), {
      code: 'STORAGE_MISMATCH',
      retryable: true,
      message: new RegExp(`${id}.*another`, 'u'),
    });
  });

  it('is read each time: an unmounted volume and a damaged file are detected', async () => {
    const { storageIdentity } = await openFileStorage({ root, create: true });
    const file = join(root, 'storage-identity.json');
    rmSync(file);
    await assert.rejects(demandStorageId(storageIdentity), { code: 'STORAGE_UNAVAILABLE', retryable: true });
    for (const damage of ['', '{}', '{"version":1,"id":"x"}', '{"version":']) {
      writeFileSync(file, damage);
      await assert.rejects(demandStorageId(storageIdentity), {
        code: 'STORAGE_UNAVAILABLE',
        retryable: true,
      });
      // A worker must not replace a damaged identity.
      await assert.rejects(openFileStorage({ root, create: true }), { code: 'STORAGE_UNAVAILABLE' });
      assert.equal(readFileSync(file, 'utf8'), damage);
    }
  });

  it('of a later version is not taken for damaged: the message says what to upgrade', async () => {
    const { storageIdentity } = await openFileStorage({ root, create: true });
    const file = join(root, 'storage-identity.json');
    for (const version of [2, '1.1']) {
      const text = JSON.stringify({ version, id: 'of another form' });
      writeFileSync(file, text);
      const later = {
        code: 'VERSION_NOT_SUPPORTED',
        retryable: false,
        message: new RegExp(
          `storage-identity\\.json: .*version ${version}.*Upgrade this client or worker`,
          'u',
        ),
      };
      await assert.rejects(demandStorageId(storageIdentity), later);
      await assert.rejects(openFileStorage({ root, create: true }), later);
      assert.equal(readFileSync(file, 'utf8'), text);
    }
  });
});
