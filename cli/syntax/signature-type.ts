import { SIGNATURE_TYPES, type SignatureType } from '../../schema/index.js';
import type { SignerFields } from './signer-text.js';

/** What a signer's text says after `signature-type=`; a mistake in it is told, and left out. */
export function readSignatureType(
  fields: SignerFields,
  complain: (message: string) => void,
): { readonly signatureType?: SignatureType } {
  const text = fields['signature-type'];
  if (text === undefined) return {};
  const known = SIGNATURE_TYPES.find((type) => type === text);
  if (known === undefined) complain(`signature-type= must be followed by ${SIGNATURE_TYPES.join(' or ')}`);
  return known === undefined ? {} : { signatureType: known };
}
