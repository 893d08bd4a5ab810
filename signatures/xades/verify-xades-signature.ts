import type { X509Certificate } from 'node:crypto';
import type { XmlElement } from 'libxml2-wasm';
import { checkOf, unknownForm } from '../signature-check.js';
import { elementsAt } from './canonical-form.js';
import { readSignedXml } from './parse-signed-xml.js';
import { readSignedProperties } from './signed-properties.js';
import { NS } from './xml-names.js';
import {
  elementsById,
  isInner,
  verifyInnerReferences,
  verifySignedInfo,
  type ElementsById,
  type XmlReference,
} from './xml-signature.js';

/** A file that a XAdES signature covers. The caller compares the digest with the file. */
export interface SignedReference extends XmlReference {
  /** From the reference's DataObjectFormat. */
  readonly mediaType?: string;
}

/** A valid XAdES signature. */
export interface XadesSignature {
  /** URIs of the algorithms. */
  readonly canonicalization: string;
  readonly signatureAlgorithm: string;
  /** References outside the signature file; the caller compares their digests. */
  readonly references: readonly SignedReference[];
  /** References inside the signature file, already verified. */
  readonly innerReferences: readonly XmlReference[];
  readonly signingCertificate: X509Certificate;
  /** All certificates in KeyInfo. */
  readonly certificates: readonly X509Certificate[];
  readonly signingTime?: Date;
}

/** The signature if INTACT, otherwise the reason. */
export type XadesVerification =
  | { readonly result: 'INTACT'; readonly signature: XadesSignature }
  | { readonly result: 'NOT_CHECKED' | 'BROKEN'; readonly reason: string };

/**
 * Verifies an ASiC signature file, `XAdESSignatures` with exactly one signature: the signature value, the signed
 * properties, and that they identify the signing certificate. The caller checks trust in that certificate, the
 * signing time and the files' digests.
 *
 * Spec: ETSI TS 102 918, 6.2.2; ETSI TS 101 903.
 */
export function verifyXadesSignature(xml: Uint8Array): XadesVerification {
  try {
    return {
      result: 'INTACT',
      signature: readSignedXml(xml, (root) => verifySignature(onlySignature(root), elementsById(root))),
    };
  } catch (error) {
    const { result, reason } = checkOf(error);
    return { result, reason };
  }
}

function onlySignature(root: XmlElement): XmlElement {
  const signatures = elementsAt(root, '//ds:Signature');
  const [signature] = elementsAt(root, '/asic:XAdESSignatures/ds:Signature');
  if (signature === undefined || signatures.length !== 1) {
    throw unknownForm(`It must be XAdESSignatures (${NS.asic}) holding exactly one Signature.`);
  }
  return signature;
}

/** Verifies one signature and its signed properties. @throws SignatureDoubt */
export function verifySignature(signature: XmlElement, elements: ElementsById): XadesSignature {
  const signedInfo = verifySignedInfo(signature);
  verifyInnerReferences(signature, elements);
  const { signingTime, mediaTypes } = readSignedProperties(signature, signedInfo, elements);
  const { references, ...signed } = signedInfo;
  if (references.length < 2) throw unknownForm('The signature covers nothing but its own properties.');
  return {
    ...signed,
    innerReferences: references.filter(isInner),
    references: references
      .filter((reference) => !isInner(reference))
      .map((reference) => {
        const mediaType = mediaTypes.get(reference.id ?? '');
        return { ...reference, ...(mediaType === undefined ? {} : { mediaType }) };
      }),
    ...(signingTime === undefined ? {} : { signingTime }),
  };
}
