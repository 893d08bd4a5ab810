import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createJsonEncryption, formatKeys, generateKey, parseKeys } from '@signering/encryption';

const [old, current] = [generateKey('2025'), generateKey('2026')];
const encryptionWith = (...keys: Parameters<typeof formatKeys>[0]) =>
  createJsonEncryption(parseKeys(formatKeys(keys)));

describe('an encrypted JSON value', () => {
  it('decrypts to the original, for any JSON value, and survives JSON serialization', async () => {
    const encryption = encryptionWith(current);
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ noUnicodeString: false }), async (value) => {
        const written = JSON.stringify(await encryption.encrypt(value));
        const read: unknown = await encryption.decrypt(JSON.parse(written) as never);
        assert.deepEqual(read, JSON.parse(JSON.stringify(value)));
      }),
      { numRuns: 50 },
    );
  });

  it('names its key, holds no plain text, and is readable under an older key after a rotation', async () => {
    const encrypted = await encryptionWith(old).encrypt({ name: 'Kari Nordmann' });
    assert.equal(encrypted.keyId, '2025');
    assert.doesNotMatch(Buffer.from(encrypted.data, 'base64').toString('latin1'), /Kari/u);
    assert.deepEqual(await encryptionWith(current, old).decrypt(encrypted), { name: 'Kari Nordmann' });
  });

  it('is rejected under an unknown key and after a change', async () => {
    const encrypted = await encryptionWith(old).encrypt(['x']);
    await assert.rejects(encryptionWith(current).decrypt(encrypted), { code: 'KEY_MISMATCH' });
    for (const changed of [
      { ...encrypted, data: encrypted.data.split('').reverse().join('') },
      { ...encrypted, nonce: '' },
      { ...encrypted, data: '' },
    ]) {
      await assert.rejects(encryptionWith(old).decrypt(changed), { code: 'KEY_MISMATCH' });
    }
  });
});
