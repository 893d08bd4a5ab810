const FIRST_CHECK_WEIGHTS = [3, 7, 6, 1, 8, 9, 4, 5, 2, 1];
const SECOND_CHECK_WEIGHTS = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1];

/**
 * Largest remainder of the weighted sum with the first check digit, for numbers issued from 2032 on; older numbers
 * have remainder 0. Spec: Skatteetaten, identity numbers from 2032.
 */
const LARGEST_FIRST_REMAINDER = 3;

/** Between groups of digits: every blank, hyphen and dash, also those that word processors put in, and invisible ones. */
const SEPARATOR = String.raw`[\p{Zs}\p{Pd}\p{Cf}\u2212._/]`;

/** Eleven digits, possibly grouped (`ddmmyy nnnnn` or `ddmmyy - nnnnn`), that are not part of a longer number. */
export const ELEVEN_DIGITS = new RegExp(`(?<![0-9])[0-9]{6}${SEPARATOR}{0,3}[0-9]{5}(?![0-9])`, 'gu');

/**
 * UUIDs and hexadecimal digests. One UUID in some thousand contains digits that pass for a national identity number.
 * Spec: RFC 9562, version and variant of a UUID.
 */
export const RANDOM_IDS =
  /(?<![0-9a-f])(?:[0-9a-f]{32,}|[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})(?![0-9a-f])/giu;

/** Digits in groups. Not with three separators: a day and a number after ` - ` would often look like an identity number. */
const GROUPED_DIGITS = new RegExp(`[0-9]+(?:(?:${SEPARATOR}{1,2}|:)[0-9]+)+`, 'gu');

function remainderOf(digits: readonly number[], weights: readonly number[]): number {
  return weights.reduce((total, weight, index) => total + weight * (digits[index] ?? 0), 0) % 11;
}

/**
 * True for eleven digits with valid check digits, as in every national identity number and D-number (including
 * synthetic ones with 40 or 80 added to the month). A number that only the rule from 2032 on allows must also begin
 * with a date, because that rule allows one in thirty numbers.
 */
export function isNationalIdentityNumber(text: string): boolean {
  if (!/^[0-9]{11}$/u.test(text)) return false;
  const digits = Array.from(text, Number);
  if (remainderOf(digits, SECOND_CHECK_WEIGHTS) !== 0) return false;
  const first = remainderOf(digits, FIRST_CHECK_WEIGHTS);
  return first === 0 || (first <= LARGEST_FIRST_REMAINDER && beginsWithDate(text));
}

/**
 * True if a text that others can read, such as a reference, contains a national identity number: contiguous, as
 * `ddmmyy nnnnn`, or in other groups. Other groups must begin with a date, because otherwise one in a hundred case
 * numbers would match. UUIDs and digests are left out.
 */
export function containsNationalIdentityNumber(text: string): boolean {
  const rest = text.replaceAll(RANDOM_IDS, '\n');
  const usual = [...rest.matchAll(ELEVEN_DIGITS)].map(([match]) => match.replaceAll(/[^0-9]/gu, ''));
  const grouped = [...rest.matchAll(GROUPED_DIGITS)].flatMap(([match]) =>
    elevenDigitsOf(match.split(/[^0-9]+/u)),
  );
  return (
    usual.some(isNationalIdentityNumber) || grouped.filter(beginsWithDate).some(isNationalIdentityNumber)
  );
}

/** Every sequence of adjacent groups with eleven digits in total. */
function elevenDigitsOf(groups: readonly string[]): readonly string[] {
  return groups.flatMap((_, first) =>
    groups
      .slice(first)
      .map((__, count) => groups.slice(first, first + count + 1).join(''))
      .filter((digits) => digits.length === 11),
  );
}

/**
 * True if the first four digits are a day and a month: D-numbers add 40 to the day, synthetic ones 40 or 80 to the
 * month.
 */
export function beginsWithDate(digits: string): boolean {
  const day = Number(digits.slice(0, 2));
  const month = Number(digits.slice(2, 4)) % 40;
  const isDay = (day >= 1 && day <= 31) || (day >= 41 && day <= 71);
  return isDay && month >= 1 && month <= 12;
}

/** Keeps only the first two digits: enough to distinguish signers, too few to identify them. */
export function maskNationalIdentityNumber(text: string): string {
  return `${text.slice(0, 2)}*********`;
}
