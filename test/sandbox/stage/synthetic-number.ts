import { isNationalIdentityNumber } from '@signering/schema';

/** A national identity number of no person: 80 added to the month, with valid check digits. */
export function syntheticNumber(seed: number): string {
  const day = String((seed % 28) + 1).padStart(2, '0');
  const month = String((seed % 12) + 81);
  const year = String(50 + (seed % 50));
  for (let individual = 100 + (seed % 300); individual < 500; individual++) {
    for (let check = 0; check < 100; check++) {
      const number = `${day}${month}${year}${individual}${String(check).padStart(2, '0')}`;
      if (isNationalIdentityNumber(number)) return number;
    }
  }
  throw new RangeError(`No synthetic number for seed ${seed}.`);
}
