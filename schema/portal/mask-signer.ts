import { maskNationalIdentityNumber } from '../national-identity-number.js';
import { WRITTEN_DOMAIN } from '../rules/email-address.js';
import type { PortalSignerIdentifier } from './status-change.js';

/** Masks a signer's identifier: enough to distinguish signers, too little to identify or contact them. */
export function maskPortalSigner(identifier: PortalSignerIdentifier): string {
  if ('personalIdentificationNumber' in identifier) {
    return maskNationalIdentityNumber(identifier.personalIdentificationNumber);
  }
  const { emailAddress, mobileNumber } = identifier;
  if (emailAddress !== undefined) return maskEmailAddress(emailAddress);
  return `***${(mobileNumber ?? '').slice(-3)}`;
}

/** Shows nothing of a text that is not one address: any part of it may be the local part. */
function maskEmailAddress(text: string): string {
  const at = text.lastIndexOf('@');
  const [first = ''] = text;
  const isAddress = at > 0 && /\S/u.test(first) && WRITTEN_DOMAIN.test(text.slice(at + 1));
  return isAddress ? `${first}***${text.slice(at)}` : '***';
}
