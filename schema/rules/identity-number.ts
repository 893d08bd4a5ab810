import { beginsWithDate, isNationalIdentityNumber } from '../national-identity-number.js';

/** Whether the check digits of signers' identity numbers are verified. */
export const IDENTITY_NUMBER_CHECKS = ['on', 'off'] as const;
/** Whether the check digits of signers' identity numbers are verified; `off` is for test environments. */
export type IdentityNumberCheck = (typeof IDENTITY_NUMBER_CHECKS)[number];

/** The form of a national identity number. Spec: common.xsd, personal-identification-number. */
export const IDENTITY_NUMBER = /^[0-9]{11}$/u;

/**
 * Why eleven digits cannot be a signer's identity number; undefined if they can. A mistyped number may belong to
 * another person. Accepts the current rule and the rule from 2032 on, D-numbers and synthetic numbers, regardless of
 * the date. Other texts are left to the format rule.
 */
export function whatIsWrongWithIdentityNumber(
  text: string,
  check: IdentityNumberCheck = 'on',
): string | undefined {
  if (check === 'off' || !IDENTITY_NUMBER.test(text)) return undefined;
  return isNationalIdentityNumber(text) && beginsWithDate(text)
    ? undefined
    : 'is not a national identity number, because its date or check digits are wrong: check for a typing error. For numbers of a test environment, set SIGNERING_IDENTITY_NUMBER_CHECK=off';
}
