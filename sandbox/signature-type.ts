import type { SignatureType } from '@signering/schema';
import type { Sector } from './organizations.js';

/** The kind of signature that is made: what the sender asked for, else what its sector makes of it. */
export function signatureTypeOf(
  signer: { readonly signatureType?: SignatureType },
  sector: Sector,
): SignatureType {
  return (
    signer.signatureType ??
    (sector === 'PRIVATE' ? 'ADVANCED_ELECTRONIC_SIGNATURE' : 'AUTHENTICATED_ELECTRONIC_SIGNATURE')
  );
}
