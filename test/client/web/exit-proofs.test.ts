import assert from 'node:assert/strict';
import fc from 'fast-check';
import { checkExitUrl } from '@signering/client/internal/web/check-exit-url.js';
import { ExitProofs } from '@signering/client/internal/web/exit-proofs.js';
import type { Exit } from '@signering/client/internal/web/exit-urls.js';
import { parseKeys } from '@signering/encryption';
import { seeded } from '../../seed.js';

const ORGANIZATION = '910000007';
const EXIT = { exit: 'COMPLETED', reference: 'garage/1001/1' } as const;
const DAY_MS = 24 * 60 * 60_000;

/** One key: 32 times the byte. */
const key = (byte: number): string => `key-${byte}:${Buffer.alloc(32, byte).toString('base64')}`;
const proofsUnder = (keys: string, organizationNumber = ORGANIZATION): ExitProofs =>
  new ExitProofs({ organizationNumber, keys: parseKeys(keys) });

describe('the proof in an exit URL', () => {
  it('is frozen: exit URLs of jobs that run hold it', () => {
    assert.equal(proofsUnder(key(1)).of(EXIT), '-RrgUC3mTST-IVsKTbW4tQ');
  });

  it('is refused for another organisation, reference, exit or key', () => {
    const proofs = proofsUnder(key(1));
    const proof = proofs.of(EXIT);
    assert.equal(proofs.verify(EXIT, proof), true);
    assert.equal(proofsUnder(key(1), '984661185').verify(EXIT, proof), false);
    assert.equal(proofs.verify({ ...EXIT, reference: 'garage/1001/11' }, proof), false);
    for (const exit of ['REJECTED', 'ERROR'] satisfies Exit[]) {
      assert.equal(proofs.verify({ ...EXIT, exit }, proof), false, exit);
    }
    assert.equal(proofsUnder(key(2)).verify(EXIT, proof), false);
  });

  it('is verified under older keys and under keys that are not used yet, and made under the first', () => {
    const before = proofsUnder(key(1)).of(EXIT);
    const rotated = proofsUnder(`${key(2)},${key(1)}`);
    assert.equal(rotated.verify(EXIT, before), true);
    assert.equal(rotated.of(EXIT), proofsUnder(key(2)).of(EXIT));
    assert.equal(proofsUnder(`${key(1)},${key(2)}`).verify(EXIT, rotated.of(EXIT)), true);
  });

  it('has one spelling: every other text is refused', () => {
    const proofs = proofsUnder(key(1));
    const proof = proofs.of(EXIT);
    for (const text of ['', `${proof}=`, ` ${proof}`, `${proof}AA`, proof.slice(0, -1), '世'.repeat(22)]) {
      assert.equal(proofs.verify(EXIT, text), false, text);
    }
    fc.assert(
      fc.property(fc.nat(21), fc.constantFrom(...'aZ09-_'.split('')), (at, character) => {
        const changed = `${proof.slice(0, at)}${character}${proof.slice(at + 1)}`;
        assert.equal(proofs.verify(EXIT, changed), changed === proof);
      }),
      seeded({ numRuns: 300 }),
    );
  });
});

describe('a visited exit URL', () => {
  const proofs = proofsUnder(key(1));
  const refused = { code: 'INVALID_REQUEST', retryable: false, message: /exit_proof/u };

  it('counts as proved with the right proof, and is refused with a wrong one', () => {
    assert.equal(checkExitUrl({ ...EXIT, exitProof: proofs.of(EXIT) }, { proofs }), 'PROVED');
    const wrong = proofs.of({ ...EXIT, exit: 'ERROR' });
    assert.throws(
      () => checkExitUrl({ ...EXIT, exitProof: wrong }, { proofs }),
      (error: Error) => {
        assert.ok(!error.message.includes(wrong), 'the message quotes the proof');
        return true;
      },
    );
    assert.throws(() => checkExitUrl({ ...EXIT, exitProof: wrong }, { proofs }), refused);
  });

  it('without a proof is accepted until the date in the settings, and refused from then on', () => {
    const at = (days: number) => ({ proofs, withoutProofUntil: new Date(Date.now() + days * DAY_MS) });
    assert.equal(checkExitUrl(EXIT, { proofs }), 'NO_PROOF');
    assert.equal(checkExitUrl(EXIT, at(1)), 'NO_PROOF');
    assert.throws(() => checkExitUrl(EXIT, at(0)), refused);
    assert.equal(checkExitUrl({ ...EXIT, exitProof: proofs.of(EXIT) }, at(-1)), 'PROVED');
  });
});
