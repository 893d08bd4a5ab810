import { maskNationalIdentityNumber } from '../national-identity-number.js';

/** How a direct job names a signer: by national identity number, or by the sender's own identifier. Spec: direct.xsd, direct-signer. */
export type DirectSignerIdentifier =
  | { readonly personalIdentificationNumber: string }
  /** 1–80 characters, unique within the job. */
  | { readonly signerIdentifier: string };

/** The text behind `@signer`, and all there is to tell the signers of a job apart. Spec: direct.xsd, signer-specific-url. */
export function nameOfDirectSigner(identifier: DirectSignerIdentifier): string {
  return 'personalIdentificationNumber' in identifier
    ? identifier.personalIdentificationNumber
    : identifier.signerIdentifier;
}

/**
 * True when both name the same signer. Signers come in any order, so they are matched by name, never by place.
 * White space counts as blanks: an identifier with a line break loses it where it stands in an attribute.
 */
export function isSameDirectSigner(one: string, other: string): boolean {
  return asInAttribute(one) === asInAttribute(other);
}

/** A name that others may see: a national identity number is masked, the sender's own identifier holds nothing personal. */
export function maskDirectSigner(name: string): string {
  return /^[0-9]{11}$/u.test(name) ? maskNationalIdentityNumber(name) : asInAttribute(name);
}

/** Spec: XML 1.0, 2.11 and 3.3.3: a line end in an attribute is a blank; a reference saves the carriage return alone. */
function asInAttribute(name: string): string {
  return name.replaceAll(/\r[\n ]?|[\t\n]/gu, ' ');
}
