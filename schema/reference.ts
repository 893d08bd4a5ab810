import { containsNationalIdentityNumber } from './national-identity-number.js';

/** Letters, digits, `._-/:#`, and blanks that are neither first nor last. */
const REFERENCE = /^[\p{L}0-9._\-/:#](?:[\p{L}0-9._\-/:# ]*[\p{L}0-9._\-/:#])?$/u;

/**
 * Says what keeps a text from being a reference, or nothing when it is one: 1–50 characters in Unicode form NFC,
 * without a national identity number, because references stand in emails, workflow ids and folder names.
 * Spec: common.xsd, signature-job-reference; the narrower character set is ours.
 */
export function whatIsWrongWithReference(text: string): string | undefined {
  if (text.length < 1 || text.length > 50) return 'must have 1 to 50 characters';
  if (text.normalize('NFC') !== text) return 'must be in Unicode form NFC';
  if (!REFERENCE.test(text)) return 'may hold letters, digits, . _ - / : # and blanks inside only';
  if (containsNationalIdentityNumber(text)) {
    return 'must not hold a national identity number, because references can be read in emails and in lists';
  }
  return undefined;
}
