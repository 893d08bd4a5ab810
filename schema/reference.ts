import { containsNationalIdentityNumber } from './national-identity-number.js';

/** Letters, digits, `._-/:#`, and blanks that are neither first nor last. */
const REFERENCE = /^[\p{L}0-9._\-/:#](?:[\p{L}0-9._\-/:# ]*[\p{L}0-9._\-/:#])?$/u;

/**
 * Why a text is not a valid reference; undefined if it is: 1–50 characters in Unicode form NFC, without a national
 * identity number, because references appear in emails, workflow ids and folder names.
 * Spec: common.xsd, signature-job-reference; the narrower character set is ours.
 */
export function whatIsWrongWithReference(text: string): string | undefined {
  if (text.length < 1 || text.length > 50) return 'must have 1 to 50 characters';
  if (text.normalize('NFC') !== text) return 'must be in Unicode form NFC';
  if (!REFERENCE.test(text)) return 'may contain only letters, digits, . _ - / : # and inner blanks';
  if (containsNationalIdentityNumber(text)) {
    return 'must not contain a national identity number, because references are visible in emails and lists';
  }
  return undefined;
}
