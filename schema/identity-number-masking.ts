import {
  ELEVEN_DIGITS,
  isNationalIdentityNumber,
  maskNationalIdentityNumber,
  RANDOM_IDS,
} from './national-identity-number.js';

/** Digests and UUIDs may contain eleven digits in a row: they are matched first and kept. */
const ID_OR_ELEVEN_DIGITS = new RegExp(`(?<id>${RANDOM_IDS.source})|${ELEVEN_DIGITS.source}`, 'giu');

/**
 * Masks national identity numbers anywhere in a text that others read, including after a letter (as in an escaped
 * line break) and in the form `ddmmyy nnnnn`. Keeps digests and other numbers; masks a job id that looks like an
 * identity number. Keeps the texts of `verbatim`, such as requested addresses, which would be useless if masked.
 */
export function maskIdentityNumbers(text: string, verbatim: readonly string[] = []): string {
  const [kept, ...others] = verbatim;
  if (kept !== undefined && kept !== '') {
    return text
      .split(kept)
      .map((part) => maskIdentityNumbers(part, others))
      .join(kept);
  }
  return text.replaceAll(ID_OR_ELEVEN_DIGITS, (found, id?: string) =>
    id === undefined && isNationalIdentityNumber(found.replaceAll(/\D/gu, ''))
      ? maskNationalIdentityNumber(found)
      : found,
  );
}

/**
 * Masks any eleven digits, for texts that may repeat user input: a mistyped identity number has wrong check digits
 * but is still personal. Keeps UUIDs and digests.
 */
export function maskElevenDigits(text: string): string {
  return text.replaceAll(ID_OR_ELEVEN_DIGITS, (found, id?: string) =>
    id === undefined ? maskNationalIdentityNumber(found) : found,
  );
}
