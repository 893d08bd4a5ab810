import { ON_BEHALF_OF, SIGNATURE_TYPES, type OnBehalfOf, type SignatureType } from '@signering/schema';
import type { SignerFields } from './signer-text.js';

/**
 * The parts of a signer's text that are one of a few words: `on-behalf-of=` and `signature-type=`. A word that is not
 * among them is complained of and left out.
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
