import { isNationalIdentityNumber, maskNationalIdentityNumber } from '../../schema/index.js';

const ELEVEN_DIGITS = /(?<!\d)\d{11}(?!\d)/gu;
// A digest in hexadecimal may hold eleven digits in a row as well.
const ELEVEN_DIGITS_ALONE = /(?<![\da-z])\d{11}(?![\da-z])/giu;

/**
 * Masks eleven digits wherever they stand, in texts that may repeat what was typed: a mistyped identity number, whose
 * check digits do not fit, is one all the same.
 */
export function maskElevenDigits(text: string): string {
  return text.replaceAll(ELEVEN_DIGITS, maskNationalIdentityNumber);
}

/**
 * Masks national identity numbers in what is printed, and leaves job ids and digests as they are. So does it with the
 * texts of `verbatim`: an address that was asked for would lead nowhere with a part of it masked.
 */
export function maskIdentityNumbers(text: string, verbatim: readonly string[] = []): string {
  const [kept, ...others] = verbatim;
  if (kept !== undefined && kept !== '') {
    return text
      .split(kept)
      .map((part) => maskIdentityNumbers(part, others))
      .join(kept);
  }
  return text.replaceAll(ELEVEN_DIGITS_ALONE, (digits) =>
    isNationalIdentityNumber(digits) ? maskNationalIdentityNumber(digits) : digits,
  );
}
