import { maskNationalIdentityNumber } from '../../schema/index.js';

// Whether or not the check digits fit: a mistyped identity number is one all the same.
const ELEVEN_DIGITS = /(?<!\d)\d{11}(?!\d)/gu;

/** Masks whatever may be a national identity number, such as one that stands in a mistyped option. */
export function maskElevenDigits(text: string): string {
  return text.replaceAll(ELEVEN_DIGITS, maskNationalIdentityNumber);
}
