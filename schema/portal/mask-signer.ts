import { maskNationalIdentityNumber } from '../national-identity-number.js';
import type { PortalSignerIdentifier } from './status-change.js';

/** Masks a signer's identifier: enough to distinguish signers, too little to identify or contact them. */
export function maskPortalSigner(identifier: PortalSignerIdentifier): string {
  if ('personalIdentificationNumber' in identifier) {
    return maskNationalIdentityNumber(identifier.personalIdentificationNumber);
  }
  const { emailAddress, mobileNumber } = identifier;
  if (emailAddress !== undefined) return emailAddress.replace(/^(.).*(@.*)$/u, '$1***$2');
  return `***${(mobileNumber ?? '').slice(-3)}`;
}
