import assert from 'node:assert/strict';
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkStorageId, demandStorageId, openFileStorage, openStorage } from '@signering/storage';
import { freshFolder } from '../fixtures/index.js';
import { describeEachStorage, type TemporaryStorage } from './temporary-storage.js';

describe('the identity of a storage in a folder', () => {
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
});

describeEachStorage('the identity of a storage', (open) => {
  let temporary: TemporaryStorage;
  beforeEach(async () => {
    temporary = await open();
  });
  afterEach(() => temporary.remove());

  const opened = (create: boolean) => {
    const { location, s3 } = temporary;
    return openStorage({ location, s3, create });
  };

  it('is the same for every worker and client', async () => {
    const id = await demandStorageId(temporary.storage.storageIdentity);
    for (const create of [true, false]) {
      assert.equal(await demandStorageId((await opened(create)).storageIdentity), id);
    }
  });

  it('is written once, even when several workers start concurrently', async () => {
    await temporary.raw.remove('storage-identity.json');
    const storages = await Promise.all([1, 2, 3, 4].map(() => opened(true)));
    const ids = await Promise.all(storages.map(({ storageIdentity }) => demandStorageId(storageIdentity)));
    assert.equal(new Set(ids).size, 1);
  });

  it('mismatch makes a job wait: the retryable error names both storages', async () => {
    const { storageIdentity } = temporary.storage;
    const id = await demandStorageId(storageIdentity);
    await checkStorageId(storageIdentity, id);
    await assert.rejects(checkStorageId(storageIdentity, 'another'), {
      code: 'STORAGE_MISMATCH',
      retryable: true,
      message: new RegExp(`${id}.*another`, 'u'),
    });
  });

  it('is read each time: a missing and a damaged one are detected, and no worker replaces it', async () => {
    const { storageIdentity } = temporary.storage;
    const unavailable = { code: 'STORAGE_UNAVAILABLE', retryable: true };
    await temporary.raw.remove('storage-identity.json');
    await assert.rejects(demandStorageId(storageIdentity), unavailable);
    for (const damage of ['', '{}', '{"version":1,"id":"x"}', '{"version":']) {
      await temporary.raw.write('storage-identity.json', damage);
      await assert.rejects(demandStorageId(storageIdentity), unavailable);
      await assert.rejects(opened(true), { code: 'STORAGE_UNAVAILABLE' });
      assert.equal(await temporary.raw.read('storage-identity.json'), damage);
    }
  });

  it('of a later version is not taken for damaged: the message says what to upgrade', async () => {
    const { storageIdentity } = temporary.storage;
    for (const version of [2, '1.1']) {
      const text = JSON.stringify({ version, id: 'of another form' });
      await temporary.raw.write('storage-identity.json', text);
      const later = {
        code: 'VERSION_NOT_SUPPORTED',
        retryable: false,
        message: new RegExp(
          `storage-identity\\.json: .*version ${version}.*Upgrade this client or worker`,
          'u',
        ),
      };
      await assert.rejects(demandStorageId(storageIdentity), later);
      await assert.rejects(opened(true), later);
      assert.equal(await temporary.raw.read('storage-identity.json'), text);
    }
  });
});
