import { ON_BEHALF_OF, type OnBehalfOf } from '../../schema/index.js';
import type { SignerFields } from './signer-text.js';

/** What a signer's text says after `on-behalf-of=`; a mistake in it is told, and left out. */
export function readOnBehalfOf(
  fields: SignerFields,
  complain: (message: string) => void,
): { readonly onBehalfOf?: OnBehalfOf } {
  const text = fields['on-behalf-of'];
  if (text === undefined) return {};
  const known = ON_BEHALF_OF.find((one) => one === text);
  if (known === undefined) complain('on-behalf-of= must be followed by SELF or OTHER');
  return known === undefined ? {} : { onBehalfOf: known };
}
