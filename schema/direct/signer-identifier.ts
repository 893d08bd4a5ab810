import { maskNationalIdentityNumber } from '../national-identity-number.js';

/**
 * How a direct job identifies a signer: by national identity number or by signer identifier. Spec: direct.xsd,
 * direct-signer.
 */
export type DirectSignerIdentifier =
  | { readonly personalIdentificationNumber: string }
  /** 1–80 characters, unique within the job. */
  | { readonly signerIdentifier: string };

/** The value of `@signer`, the only identification of a signer in messages. Spec: direct.xsd, signer-specific-url. */
export function nameOfDirectSigner(identifier: DirectSignerIdentifier): string {
  return 'personalIdentificationNumber' in identifier
    ? identifier.personalIdentificationNumber
    : identifier.signerIdentifier;
}

/**
 * True if both names identify the same signer. Signers arrive in any order, so they are matched by name, never by
 * position. White space is compared as blanks: in an attribute a line break becomes a blank.
 */
export function isSameDirectSigner(one: string, other: string): boolean {
  return asInAttribute(one) === asInAttribute(other);
}

/** A name without personal data: masks a national identity number; a signer identifier contains none. */
export function maskDirectSigner(name: string): string {
  return /^[0-9]{11}$/u.test(name) ? maskNationalIdentityNumber(name) : asInAttribute(name);
}

/**
 * Spec: XML 1.0, 2.11 and 3.3.3: in an attribute a line end becomes a blank, unless written as a character reference.
 */
function asInAttribute(name: string): string {
  return name.replaceAll(/\r[\n ]?|[\t\n]/gu, ' ');
}
