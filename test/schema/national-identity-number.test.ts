import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  containsNationalIdentityNumber,
  isNationalIdentityNumber,
  maskElevenDigits,
  maskIdentityNumbers,
  maskNationalIdentityNumber,
  TEXT_RULES,
  whatIsWrongWithReference,
  whatIsWrongWithText,
} from '@signering/schema';
import { seeded } from '../seed.js';

/** Synthetic: the month plus 80. */
const SYNTHETIC = withCheckDigits('018150123');

function withCheckDigits(nine: string): string {
  for (let check = 0; check < 100; check += 1) {
    const candidate = `${nine}${String(check).padStart(2, '0')}`;
    if (isNationalIdentityNumber(candidate)) return candidate;
  }
  return assert.fail('no check digits fit');
}

/** The weighted sum of the digits, modulo 11. Spec: Skatteetaten, check digits of identity numbers. */
function remainderOf(digits: string, weights: readonly number[]): number {
  return weights.reduce((sum, weight, index) => sum + weight * Number(digits[index]), 0) % 11;
}

/** Every number with these first nine digits whose first check digit has such a remainder. */
function numbersOf(nine: string, remainder: number): readonly string[] {
  const firsts = [...Array(10).keys()]
    .map((digit) => `${nine}${digit}`)
    .filter((ten) => remainderOf(ten, [3, 7, 6, 1, 8, 9, 4, 5, 2, 1]) === remainder);
  return firsts.flatMap((ten) =>
    [...Array(10).keys()]
      .map((digit) => `${ten}${digit}`)
      .filter((eleven) => remainderOf(eleven, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) === 0),
  );
}

/** Identity numbers of persons, D-numbers (day + 40) and synthetic ones (month + 40 or + 80), with any remainder. */
const NUMBERS = (remainders: readonly number[]) =>
  fc
    .record({
      day: fc.integer({ min: 1, max: 31 }),
      dayOffset: fc.constantFrom(0, 40),
      month: fc.integer({ min: 1, max: 12 }),
      monthOffset: fc.constantFrom(0, 40, 80),
      year: fc.nat(99),
      individual: fc.nat(999),
      remainder: fc.constantFrom(...remainders),
    })
    .map(({ day, dayOffset, month, monthOffset, year, individual, remainder }) => {
      const two = (number: number) => String(number).padStart(2, '0');
      const nine = `${two(day + dayOffset)}${two(month + monthOffset)}${two(year)}${String(individual).padStart(3, '0')}`;
      return numbersOf(nine, remainder);
    })
    .filter((numbers) => numbers.length > 0)
    .map(([number = '']) => number);

describe('a national identity number', () => {
  it('of the scheme before or after 2032 is recognised by every check and mask', () => {
    fc.assert(
      fc.property(NUMBERS([0, 1, 2, 3]), fc.constantFrom('', ' ', '-', '.'), (number, separator) => {
        const written = `${number.slice(0, 6)}${separator}${number.slice(6)}`;
        assert.ok(isNationalIdentityNumber(number));
        assert.ok(containsNationalIdentityNumber(`avtale ${written}`));
        assert.match(whatIsWrongWithReference(`avtale-${written}`) ?? '', /identity number/u);
        const masked = maskNationalIdentityNumber(number);
        assert.equal(maskIdentityNumbers(`{"a":"of ${written}\\n"}`), `{"a":"of ${masked}\\n"}`);
      }),
      seeded({ numRuns: 2000 }),
    );
  });

  it('has no other remainder with the first check digit', () => {
    fc.assert(
      fc.property(NUMBERS([4, 5, 6, 7, 8, 9, 10]), (number) => {
        assert.ok(!isNationalIdentityNumber(number));
        assert.ok(!containsNationalIdentityNumber(number));
      }),
      seeded({ numRuns: 2000 }),
    );
  });

  it('with a remainder of the later scheme begins with a date', () => {
    for (const nine of ['000150123', '320150123', '010050123', '011350123', '015350123', '019350123']) {
      for (const number of [1, 2, 3].flatMap((remainder) => numbersOf(nine, remainder))) {
        assert.ok(!isNationalIdentityNumber(number), number);
      }
    }
  });

  it('is recognised by its check digits', () => {
    assert.ok(isNationalIdentityNumber(SYNTHETIC));
    const last = Number(SYNTHETIC.at(-1));
    assert.ok(!isNationalIdentityNumber(`${SYNTHETIC.slice(0, -1)}${(last + 1) % 10}`));
    assert.ok(!isNationalIdentityNumber(SYNTHETIC.slice(1)));
    assert.ok(!isNationalIdentityNumber(` ${SYNTHETIC}`));
  });

  it('is found in a text, also in groups, and not within a longer number', () => {
    const grouped = `${SYNTHETIC.slice(0, 6)} ${SYNTHETIC.slice(6)}`;
    for (const text of [SYNTHETIC, `avtale-${SYNTHETIC}`, `avtale ${grouped}`, grouped.replace(' ', '-')]) {
      assert.ok(containsNationalIdentityNumber(text), text);
    }
    for (const text of ['', 'avtale-12', `1${SYNTHETIC}`, `${SYNTHETIC}1`]) {
      assert.ok(!containsNationalIdentityNumber(text), text);
    }
  });

  it('is found between any blanks, hyphens and dashes, as word processors and web pages put in', () => {
    const [day, rest] = [SYNTHETIC.slice(0, 6), SYNTHETIC.slice(6)];
    const mistyped = `${rest.slice(0, 4)}${(Number(rest[4]) + 1) % 10}`;
    for (const separator of [
      ...[' ', '\u00A0', '\u202F', '\u2009', '\u3000', '  ', '\u00A0 '],
      ...['-', '\u2011', '\u2013', '\u2014', '\u2212', '\u00AD', '\u200B', ' - ', ' \u2013 '],
    ]) {
      const shown = JSON.stringify(separator);
      const text = `avtale ${day}${separator}${rest}`;
      assert.match(whatIsWrongWithText(text, TEXT_RULES.nonsensitiveTitle) ?? '', /identity number/u, shown);
      assert.equal(maskIdentityNumbers(text), 'avtale 01*********', shown);
      assert.equal(maskElevenDigits(text), 'avtale 01*********', shown);
      const other = `avtale ${day}${separator}${mistyped}`;
      assert.equal(whatIsWrongWithText(other, TEXT_RULES.nonsensitiveTitle), undefined, shown);
      assert.equal(maskIdentityNumbers(other), other, shown);
      assert.equal(maskElevenDigits(other), 'avtale 01*********', shown);
    }
    const groups = `01\u00A081\u00A050  ${SYNTHETIC.slice(6)}`;
    assert.ok(containsNationalIdentityNumber(groups));
    for (const apart of [`${day}\n${rest}`, `${day}, ${rest}`, `${day} nr. ${rest}`, `01.81.50 - ${rest}`]) {
      assert.ok(!containsNationalIdentityNumber(apart), apart);
    }
  });

  it('is not seen in a UUID, nor in a digest', () => {
    const uuid = `4a6b1c2d-1f2e-4c3d-9a8b-${SYNTHETIC}f`;
    const digest = `${SYNTHETIC}${'ab'.repeat(26)}f`;
    for (const id of [uuid, uuid.toUpperCase(), digest]) {
      assert.equal(containsNationalIdentityNumber(`order ${id}`), false, id);
      assert.equal(maskIdentityNumbers(`order ${id}`), `order ${id}`);
      assert.equal(maskElevenDigits(`order ${id}`), `order ${id}`);
    }
    assert.equal(whatIsWrongWithReference(uuid), undefined);
    // Groups of another form are no UUID.
    assert.equal(containsNationalIdentityNumber(`4a6b1c2d-1f2e-0c3d-9a8b-${SYNTHETIC}f`), true);
    assert.equal(containsNationalIdentityNumber(`${uuid} ${SYNTHETIC}`), true);
    assert.match(maskElevenDigits(`${uuid} ${SYNTHETIC}`), /^4a6b1c2d-\S+ 01\*{9}$/u);
  });

  it('is masked except for its first two digits', () => {
    assert.equal(maskNationalIdentityNumber(SYNTHETIC), '01*********');
  });
});
