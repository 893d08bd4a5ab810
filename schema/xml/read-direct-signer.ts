import type { DirectSignerResponse, DirectSignerUpdateRequest } from '../direct/job.js';
import type { DirectSigner } from '../direct/manifest.js';
import type { DirectSignerIdentifier } from '../direct/signer-identifier.js';
import type { RedirectUrl, SignerUrl } from '../identifiers.js';
import { ON_BEHALF_OF, SIGNATURE_TYPES } from '../manifest-values.js';
import {
  findChild,
  findOneOf,
  findText,
  findToken,
  present,
  requireAttribute,
  requireToken,
} from './element-content.js';
import { UnreadableXmlError } from './errors.js';
import { readRoot, type XmlElement } from './xml-element.js';

/**
 * Reads a signer of a manifest.
 * @throws UNREADABLE_XML
 * Spec: direct.xsd, direct-signer.
 */
export function readDirectSigner(signer: XmlElement): DirectSigner {
  return {
    identifier: readIdentifier(signer),
    ...present({
      signatureType: findOneOf(signer, 'signature-type', SIGNATURE_TYPES),
      onBehalfOf: findOneOf(signer, 'on-behalf-of', ON_BEHALF_OF),
    }),
  };
}

/**
 * Reads a signer of a created job, from the response to a create request.
 * @throws UNREADABLE_XML
 * Spec: direct.xsd, direct-signer-response.
 */
export function readSignerOfDirectJob(signer: XmlElement): DirectSignerResponse {
  const signerUrl = requireAttribute(signer, 'href').trim();
  if (signerUrl === '') throw new UnreadableXmlError('the href of a signer is empty');
  return {
    identifier: readIdentifier(signer),
    signerUrl: signerUrl as SignerUrl,
    redirectUrl: requireToken(signer, 'redirect-url') as RedirectUrl,
  };
}

/**
 * Reads a signer as a separate message: the response to a request for a fresh redirect URL.
 * @throws UNREADABLE_XML
 * Spec: direct.xsd, direct-signer-response.
 */
export function readDirectSignerResponse(xml: string | Uint8Array): DirectSignerResponse {
  return readSignerOfDirectJob(readRoot(xml, 'direct-signer-response'));
}

/**
 * @throws UNREADABLE_XML
 * Spec: direct.xsd, direct-signer-update-request.
 */
export function readDirectSignerUpdateRequest(xml: string | Uint8Array): DirectSignerUpdateRequest {
  const root = readRoot(xml, 'direct-signer-update-request');
  return { redirectUrl: findChild(root, 'redirect-url') !== undefined };
}

/** A signer identifier can be any text, so its blanks are significant. */
function readIdentifier(signer: XmlElement): DirectSignerIdentifier {
  const personalIdentificationNumber = findToken(signer, 'personal-identification-number');
  if (personalIdentificationNumber !== undefined) return { personalIdentificationNumber };
  const signerIdentifier = findText(signer, 'signer-identifier');
  if (signerIdentifier !== undefined) return { signerIdentifier };
  throw new UnreadableXmlError('a signer has neither number nor identifier');
}
