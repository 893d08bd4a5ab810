import { isNationalIdentityNumber, maskNationalIdentityNumber } from './national-identity-number.js';

/** Digests in hexadecimal may hold eleven digits in a row: they are matched first, and left as they are. */
const DIGEST_OR_ELEVEN_DIGITS = /(?<![0-9a-f])[0-9a-f]{32,}(?![0-9a-f])|(?<!\d)\d{6}[ .\-_/]?\d{5}(?!\d)/giu;
const SEPARATOR = /[ .\-_/]/u;
const ELEVEN_DIGITS = /(?<!\d)\d{6}[ .\-_/]?\d{5}(?!\d)/gu;

/**
 * Masks national identity numbers wherever they stand in a text that others read, also right behind a letter, as an
 * escaped line break is one, and written as `ddmmyy nnnnn`. Digests and other numbers stay; a job id that happens to look like one is masked as well.
 * The texts of `verbatim` stay too: an address that was asked for would lead nowhere with a part of it masked.
 */
export function maskIdentityNumbers(text: string, verbatim: readonly string[] = []): string {
  const [kept, ...others] = verbatim;
  if (kept !== undefined && kept !== '') {
    return text
      .split(kept)
      .map((part) => maskIdentityNumbers(part, others))
      .join(kept);
  }
  return text.replaceAll(DIGEST_OR_ELEVEN_DIGITS, (found) =>
    isNationalIdentityNumber(found.replace(SEPARATOR, '')) ? maskNationalIdentityNumber(found) : found,
  );
}

/**
 * Masks eleven digits wherever they stand, in texts that may repeat what was typed: a mistyped identity number, whose
 * check digits do not fit, is one all the same.
 */
export function maskElevenDigits(text: string): string {
  return text.replaceAll(ELEVEN_DIGITS, maskNationalIdentityNumber);
}
