const FIRST_CHECK_WEIGHTS = [3, 7, 6, 1, 8, 9, 4, 5, 2, 1];
const SECOND_CHECK_WEIGHTS = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1];

/**
 * What the weighted sum of a number given out from 2032 on may leave with its first check digit; an older number leaves
 * 0. Spec: Skatteetaten, identity numbers from 2032.
 */
const LARGEST_FIRST_REMAINDER = 3;

/** Eleven digits, perhaps written in groups (`ddmmyy nnnnn`), that are not part of a longer number. */
const ELEVEN_DIGITS = /(?<![0-9])[0-9]{6}[ .\-_/]?[0-9]{5}(?![0-9])/gu;

/** Digits in groups, with one character between. */
const GROUPED_DIGITS = /[0-9]+(?:[ .\-_/:][0-9]+)+/gu;

function remainderOf(digits: readonly number[], weights: readonly number[]): number {
  return weights.reduce((total, weight, index) => total + weight * (digits[index] ?? 0), 0) % 11;
}

/**
 * True for eleven digits whose two check digits fit, as those of every national identity number and D-number do
 * (synthetic ones with 40 or 80 added to the month too). A number that only the rule from 2032 on admits must begin
 * with a date as well, because that rule admits one in thirty numbers.
 */
export function isNationalIdentityNumber(text: string): boolean {
  if (!/^[0-9]{11}$/u.test(text)) return false;
  const digits = Array.from(text, Number);
  if (remainderOf(digits, SECOND_CHECK_WEIGHTS) !== 0) return false;
  const first = remainderOf(digits, FIRST_CHECK_WEIGHTS);
  return first === 0 || (first <= LARGEST_FIRST_REMAINDER && beginsWithDate(text));
}

/**
 * True when a national identity number stands in a text that others can read, such as a reference: in one piece, as
 * `ddmmyy nnnnn`, or in other groups. Those must begin with a date, or one in a hundred case numbers would be one.
 */
export function containsNationalIdentityNumber(text: string): boolean {
  const usual = [...text.matchAll(ELEVEN_DIGITS)].map(([match]) => match.replaceAll(/[^0-9]/gu, ''));
  const grouped = [...text.matchAll(GROUPED_DIGITS)].flatMap(([match]) =>
    elevenDigitsOf(match.split(/[^0-9]/u)),
  );
  return (
    usual.some(isNationalIdentityNumber) || grouped.filter(beginsWithDate).some(isNationalIdentityNumber)
  );
}

/** Every run of neighbouring groups that has eleven digits together. */
function elevenDigitsOf(groups: readonly string[]): readonly string[] {
  return groups.flatMap((_, first) =>
    groups
      .slice(first)
      .map((__, count) => groups.slice(first, first + count + 1).join(''))
      .filter((digits) => digits.length === 11),
  );
}

/** True when the first four digits are a day and a month: D-numbers add 40 to the day, synthetic ones 40 or 80 to the month. */
export function beginsWithDate(digits: string): boolean {
  const day = Number(digits.slice(0, 2));
  const month = Number(digits.slice(2, 4)) % 40;
  const isDay = (day >= 1 && day <= 31) || (day >= 41 && day <= 71);
  return isDay && month >= 1 && month <= 12;
}

/** Keeps the date of birth's first two digits only: enough to tell two signers apart, too little to know them. */
export function maskNationalIdentityNumber(text: string): string {
  return `${text.slice(0, 2)}*********`;
}
