import { beginsWithDate, isNationalIdentityNumber } from '../national-identity-number.js';

/** Whether the check digits of signers' identity numbers are checked. */
export const IDENTITY_NUMBER_CHECKS = ['on', 'off'] as const;
/** Whether the check digits of signers' identity numbers are checked; `off` is for test environments. */
export type IdentityNumberCheck = (typeof IDENTITY_NUMBER_CHECKS)[number];

/** The form of a national identity number. Spec: common.xsd, personal-identification-number. */
export const IDENTITY_NUMBER = /^[0-9]{11}$/u;

/**
 * Says what keeps eleven digits from being the identity number of a signer, or nothing when they can be one: a
 * mistyped number may be that of a stranger. Takes the present rule and that from 2032 on, D-numbers and synthetic
 * numbers, whatever the date is. Other texts are left to the rule of their form.
 */
export function whatIsWrongWithIdentityNumber(
  text: string,
  check: IdentityNumberCheck = 'on',
): string | undefined {
  if (check === 'off' || !IDENTITY_NUMBER.test(text)) return undefined;
  return isNationalIdentityNumber(text) && beginsWithDate(text)
    ? undefined
    : 'is no national identity number, because its date or its check digits do not fit: it may be mistyped. Numbers of a test environment can be taken with SIGNERING_IDENTITY_NUMBER_CHECK=off';
}
