import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatKeys, generateKey, parseKeys } from '@signering/encryption';
import { InvalidInputError } from '@signering/schema';

describe('encryption keys', () => {
  it('survive formatting and parsing; the first one encrypts, all decrypt', () => {
    const id = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/u);
    fc.assert(
      fc.property(fc.uniqueArray(id, { minLength: 1, maxLength: 5 }), (ids) => {
        const keys = ids.map(generateKey);
        const parsed = parseKeys(` ${formatKeys(keys).replaceAll(',', ' , ')}\n`);
        assert.deepEqual(
          parsed.map((key) => ({ ...key, secret: Buffer.from(key.secret) })),
          keys,
        );
        assert.equal(parsed[0].id, ids[0]);
      }),
    );
  });

  it('are rejected with every mistake at once, without quoting a key', () => {
    const good = formatKeys([generateKey('a')]);
    const secret = good.slice(2);
    const text = `${good},${good},b:${secret.slice(4)},${secret.replace('=', '')},not an id:${secret}`;
    assert.throws(
      () => parseKeys(text),
      (error) => {
        assert.ok(error instanceof InvalidInputError);
        assert.equal(error.code, 'INVALID_SETTINGS');
        assert.deepEqual(
          error.facts.problems?.map(({ path }) => path),
          ['SIGNERING_KEYS[2]', 'SIGNERING_KEYS[3]', 'SIGNERING_KEYS[4]', 'SIGNERING_KEYS'],
        );
        assert.ok(!error.message.includes(secret.slice(5, 40)));
        return true;
      },
    );
  });

  it('are required', () => {
    assert.throws(() => parseKeys(''), { code: 'INVALID_SETTINGS' });
  });
});
