import assert from 'node:assert/strict';
import {
  containsNationalIdentityNumber,
  isNationalIdentityNumber,
  maskNationalIdentityNumber,
} from '../../schema/index.js';

/** Synthetic: the month plus 80. */
const SYNTHETIC = withCheckDigits('018150123');

function withCheckDigits(nine: string): string {
  for (let check = 0; check < 100; check += 1) {
    const candidate = `${nine}${String(check).padStart(2, '0')}`;
    if (isNationalIdentityNumber(candidate)) return candidate;
  }
  return assert.fail('no check digits fit');
}

describe('a national identity number', () => {
  it('is told by its check digits', () => {
    assert.ok(isNationalIdentityNumber(SYNTHETIC));
    const last = Number(SYNTHETIC.at(-1));
    assert.ok(!isNationalIdentityNumber(`${SYNTHETIC.slice(0, -1)}${(last + 1) % 10}`));
    assert.ok(!isNationalIdentityNumber(SYNTHETIC.slice(1)));
    assert.ok(!isNationalIdentityNumber(` ${SYNTHETIC}`));
  });

  it('is found in a text, also when written in groups, and not within a longer number', () => {
    const grouped = `${SYNTHETIC.slice(0, 6)} ${SYNTHETIC.slice(6)}`;
    for (const text of [SYNTHETIC, `avtale-${SYNTHETIC}`, `avtale ${grouped}`, grouped.replace(' ', '-')]) {
      assert.ok(containsNationalIdentityNumber(text), text);
    }
    for (const text of ['', 'avtale-12', `1${SYNTHETIC}`, `${SYNTHETIC}1`]) {
      assert.ok(!containsNationalIdentityNumber(text), text);
    }
  });

  it('is masked but for its first two digits', () => {
    assert.equal(maskNationalIdentityNumber(SYNTHETIC), '01*********');
  });
});
