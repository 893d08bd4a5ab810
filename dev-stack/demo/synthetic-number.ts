const FIRST_WEIGHTS = [3, 7, 6, 1, 8, 9, 4, 5, 2];
const SECOND_WEIGHTS = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2];
// Norway's synthetic population adds this to the month, so that no real person has such a number.
const SYNTHETIC_MONTH = 80;

function checkDigit(digits: string, weights: readonly number[]): number {
  const sum = weights.reduce((total, weight, index) => total + weight * Number(digits[index]), 0);
  return (11 - (sum % 11)) % 11;
}

/** The argument of {@link syntheticIdentityNumber}. */
export interface BirthDate {
  readonly day: number;
  readonly month: number;
  /** The last two digits. */
  readonly year: number;
}

/** The first synthetic national identity number of that birth date: month + 80, with valid check digits. */
export function syntheticIdentityNumber({ day, month, year }: BirthDate): string {
  const birth = [day, month + SYNTHETIC_MONTH, year].map((part) => String(part).padStart(2, '0')).join('');
  for (let individual = 0; individual <= 999; individual += 1) {
    const nine = birth + String(individual).padStart(3, '0');
    const first = checkDigit(nine, FIRST_WEIGHTS);
    const second = checkDigit(`${nine}${first}`, SECOND_WEIGHTS);
    // A remainder of 10 has no check digit: such numbers are not issued.
    if (first < 10 && second < 10) return `${nine}${first}${second}`;
  }
  throw new RangeError(`No number of the birth date ${birth} has valid check digits.`);
}
