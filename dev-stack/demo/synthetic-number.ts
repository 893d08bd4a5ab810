const FIRST_WEIGHTS = [3, 7, 6, 1, 8, 9, 4, 5, 2];
const SECOND_WEIGHTS = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2];
// What Norway's synthetic population has added to the month: no person ever gets such a number.
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

/** The first national identity number of a made-up person born that day: valid check digits, month + 80. */
export function syntheticIdentityNumber({ day, month, year }: BirthDate): string {
  const birth = [day, month + SYNTHETIC_MONTH, year].map((part) => String(part).padStart(2, '0')).join('');
  for (let individual = 0; individual <= 999; individual += 1) {
    const nine = birth + String(individual).padStart(3, '0');
    const first = checkDigit(nine, FIRST_WEIGHTS);
    const second = checkDigit(`${nine}${first}`, SECOND_WEIGHTS);
    // A remainder of 10 has no digit: such numbers are not given out.
    if (first < 10 && second < 10) return `${nine}${first}${second}`;
  }
  throw new RangeError(`Every number born on ${birth} is without check digits.`);
}
