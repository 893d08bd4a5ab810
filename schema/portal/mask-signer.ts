import { maskNationalIdentityNumber } from '../national-identity-number.js';
import type { PortalSignerIdentifier } from './status-change.js';

/** A signer as others may see them: enough to tell signers apart, too little to know or reach them. */
export function maskPortalSigner(identifier: PortalSignerIdentifier): string {
  if ('personalIdentificationNumber' in identifier) {
    return maskNationalIdentityNumber(identifier.personalIdentificationNumber);
  }
  const { emailAddress, mobileNumber } = identifier;
  if (emailAddress !== undefined) return emailAddress.replace(/^(.).*(@.*)$/u, '$1***$2');
  return `***${(mobileNumber ?? '').slice(-3)}`;
}
