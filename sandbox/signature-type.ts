import type { SignatureType } from '@signering/schema';
import type { Sector } from './organizations.js';

/** The signature type: the requested one, otherwise the default of the sender's sector. */
export function signatureTypeOf(
  signer: { readonly signatureType?: SignatureType },
  sector: Sector,
): SignatureType {
  return (
    signer.signatureType ??
    (sector === 'PRIVATE' ? 'ADVANCED_ELECTRONIC_SIGNATURE' : 'AUTHENTICATED_ELECTRONIC_SIGNATURE')
  );
}
