import { XmlC14NMode } from 'libxml2-wasm';
import type { DigestName, SignatureAlgorithm } from '../signature-value.js';

/** Prefixes for XPath. Spec: ETSI TS 102 918 (container), XML-DSig, ETSI TS 101 903 (XAdES 1.3.2). */
export const NS = {
  asic: 'http://uri.etsi.org/2918/v1.2.1#',
  ds: 'http://www.w3.org/2000/09/xmldsig#',
  xades: 'http://uri.etsi.org/01903/v1.3.2#',
  ec: 'http://www.w3.org/2001/10/xml-exc-c14n#',
} as const;

/** Spec: XML-DSig, 6.6.4. */
export const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';
export const SIGNED_PROPERTIES_TYPE = 'http://uri.etsi.org/01903#SignedProperties';
/** Canonical XML 1.0, inclusive, without comments. */
export const C14N = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315';
const C14N_1_1 = 'http://www.w3.org/2006/12/xml-c14n11';
/** The canonical forms that the service accepts: inclusive, 1.0 or 1.1. */
export const INCLUSIVE_C14N: readonly string[] = [C14N, C14N_1_1];
export const RSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
export const SHA1 = 'http://www.w3.org/2000/09/xmldsig#sha1';
export const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256';

/** Spec: XML Security Algorithm Cross-Reference; RFC 9231. */
export const DIGESTS: ReadonlyMap<string, DigestName> = new Map([
  [SHA1, 'sha1'],
  [SHA256, 'sha256'],
  ['http://www.w3.org/2001/04/xmldsig-more#sha384', 'sha384'],
  ['http://www.w3.org/2001/04/xmlenc#sha512', 'sha512'],
]);

export const SIGNATURE_ALGORITHMS: ReadonlyMap<string, SignatureAlgorithm> = new Map(
  (['sha256', 'sha384', 'sha512'] as const).flatMap((digest): [string, SignatureAlgorithm][] => [
    [`http://www.w3.org/2001/04/xmldsig-more#rsa-${digest}`, { scheme: 'RSA_PKCS1', digest }],
    [`http://www.w3.org/2007/05/xmldsig-more#${digest}-rsa-MGF1`, { scheme: 'RSA_PSS', digest }],
    [`http://www.w3.org/2001/04/xmldsig-more#ecdsa-${digest}`, { scheme: 'ECDSA', digest }],
  ]),
);

/** Options of libxml2 for a canonical form. */
export interface Canonicalization {
  readonly mode: 0 | 1 | 2;
  readonly withComments: boolean;
}

const { XML_C14N_1_0, XML_C14N_1_1, XML_C14N_EXCLUSIVE_1_0 } = XmlC14NMode;

export const CANONICALIZATIONS: ReadonlyMap<string, Canonicalization> = new Map([
  [C14N, { mode: XML_C14N_1_0, withComments: false }],
  [`${C14N}#WithComments`, { mode: XML_C14N_1_0, withComments: true }],
  [C14N_1_1, { mode: XML_C14N_1_1, withComments: false }],
  [`${C14N_1_1}#WithComments`, { mode: XML_C14N_1_1, withComments: true }],
  [NS.ec, { mode: XML_C14N_EXCLUSIVE_1_0, withComments: false }],
  [`${NS.ec}WithComments`, { mode: XML_C14N_EXCLUSIVE_1_0, withComments: true }],
]);
