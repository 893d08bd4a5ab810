import { isNationalIdentityNumber } from '@signering/schema';

/** The argument of {@link identityNumbersOf}. */
export interface IdentityNumberOptions {
  /** Plus 40 for a D-number. */
  readonly day: number;
  /** Plus 40 or 80 for a synthetic number. */
  readonly month: number;
  /** What the first check digit leaves: 0, or with the rule of 2032 also 1 to 3. @default 0 */
  readonly remainder?: number;
}

const FIRST_WEIGHTS = [3, 7, 6, 1, 8, 9, 4, 5, 2, 1];

/** Made-up identity numbers of people born that day in 1970, with right check digits. */
export function identityNumbersOf(
  { day, month, remainder = 0 }: IdentityNumberOptions,
  count: number,
): readonly string[] {
  const two = (number: number): string => String(number).padStart(2, '0');
  const found: string[] = [];
  for (let last = 0; last < 100_000 && found.length < count; last += 1) {
    const number = `${two(day)}${two(month)}70${String(last).padStart(5, '0')}`;
    const sum = FIRST_WEIGHTS.reduce((total, weight, index) => total + weight * Number(number[index]), 0);
    if (sum % 11 === remainder && isNationalIdentityNumber(number)) found.push(number);
  }
  return found;
}
