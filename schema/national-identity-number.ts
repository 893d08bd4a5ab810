const FIRST_CHECK_WEIGHTS = [3, 7, 6, 1, 8, 9, 4, 5, 2, 1];
const SECOND_CHECK_WEIGHTS = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1];

/** Eleven digits, perhaps written in groups (`ddmmyy nnnnn`), that are not part of a longer number. */
const ELEVEN_DIGITS = /(?<![0-9])[0-9]{6}[ .\-_/]?[0-9]{5}(?![0-9])/gu;

function isWeightedSumDivisible(digits: readonly number[], weights: readonly number[]): boolean {
  const sum = weights.reduce((total, weight, index) => total + weight * (digits[index] ?? 0), 0);
  return sum % 11 === 0;
}

/**
 * True for eleven digits whose two check digits fit, as those of every national identity number and D-number do
 * (synthetic ones with 40 or 80 added to the month too).
 */
export function isNationalIdentityNumber(text: string): boolean {
  if (!/^[0-9]{11}$/u.test(text)) return false;
  const digits = Array.from(text, Number);
  return (
    isWeightedSumDivisible(digits, FIRST_CHECK_WEIGHTS) &&
    isWeightedSumDivisible(digits, SECOND_CHECK_WEIGHTS)
  );
}

/** True when a national identity number stands in a text that others can read, such as a reference. */
export function containsNationalIdentityNumber(text: string): boolean {
  return [...text.matchAll(ELEVEN_DIGITS)].some(([match]) =>
    isNationalIdentityNumber(match.replaceAll(/[^0-9]/gu, '')),
  );
}

/** Keeps the date of birth's first two digits only: enough to tell two signers apart, too little to know them. */
export function maskNationalIdentityNumber(text: string): string {
  return `${text.slice(0, 2)}*********`;
}
