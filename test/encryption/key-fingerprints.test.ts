import assert from 'node:assert/strict';
import { checkKeyFingerprints, generateKey, keyFingerprint } from '@signering/encryption';
import { openTemporaryStorage, type TemporaryStorage } from '../storage/temporary-storage.js';

describe('key fingerprints', () => {
  let temporary: TemporaryStorage;
  beforeEach(async () => {
    temporary = await openTemporaryStorage();
  });
  afterEach(() => temporary.remove());

  it('distinguish keys without revealing them', () => {
    const key = generateKey('a');
    assert.equal(keyFingerprint(key), keyFingerprint({ ...key, id: 'b' }));
    assert.notEqual(keyFingerprint(key), keyFingerprint(generateKey('a')));
    assert.match(keyFingerprint(key), /^[0-9a-f]{32}$/u);
    assert.ok(!Buffer.from(key.secret).toString('hex').includes(keyFingerprint(key)));
  });

  it('are stored when a key id is first used, and match from then on', async () => {
    const { keyFingerprints } = temporary.storage;
    const [one, other] = [generateKey('one'), generateKey('other')];
    await checkKeyFingerprints([one], keyFingerprints);
    await checkKeyFingerprints([other, one], keyFingerprints);
    await checkKeyFingerprints([one, other], keyFingerprints);
  });

  it('reject another key under a known id, and distinguish ids that differ only in case', async () => {
    const { keyFingerprints } = temporary.storage;
    await checkKeyFingerprints([generateKey('k')], keyFingerprints);
    await checkKeyFingerprints([generateKey('K')], keyFingerprints);
    await assert.rejects(checkKeyFingerprints([generateKey('k')], keyFingerprints), {
      code: 'KEY_MISMATCH',
      retryable: false,
      message: /"k".*SIGNERING_KEYS/u,
    });
  });

  it('accept one of two processes that concurrently register different keys', async () => {
    const { keyFingerprints } = temporary.storage;
    const answers = await Promise.allSettled(
      Array.from({ length: 8 }, () => checkKeyFingerprints([generateKey('k')], keyFingerprints)),
    );
    assert.equal(answers.filter(({ status }) => status === 'fulfilled').length, 1);
  });
});
