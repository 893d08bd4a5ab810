import { ON_BEHALF_OF, SIGNATURE_TYPES, type OnBehalfOf, type SignatureType } from '@signering/schema';
import type { SignerFields } from './signer-text.js';

/**
 * Parses the enumerated members `on-behalf-of=` and `signature-type=` of a signer's text. An invalid word is reported
 * and omitted.
 */
export function readSignerChoices(
  fields: SignerFields,
  complain: (message: string) => void,
): { readonly onBehalfOf?: OnBehalfOf; readonly signatureType?: SignatureType } {
  const choose = <Choice extends string>(name: string, choices: readonly Choice[]): Choice | undefined => {
    const text = fields[name];
    if (text === undefined) return undefined;
    const known = choices.find((choice) => choice === text);
    if (known === undefined) complain(`${name}= must be followed by ${choices.join(' or ')}`);
    return known;
  };
  const onBehalfOf = choose('on-behalf-of', ON_BEHALF_OF);
  const signatureType = choose('signature-type', SIGNATURE_TYPES);
  return {
    ...(onBehalfOf !== undefined && { onBehalfOf }),
    ...(signatureType !== undefined && { signatureType }),
  };
}
