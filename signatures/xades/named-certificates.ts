import { createHash, type X509Certificate } from 'node:crypto';
import type { XmlElement } from 'libxml2-wasm';
import { base64Text, elementAt, elementsAt } from './canonical-form.js';
import { DIGESTS } from './xml-names.js';

/** A certificate that signed properties identify by digest. */
export interface NamedCertificate {
  /** Whether the digest algorithm is supported. */
  readonly isKnown: boolean;
  /** Whether it identifies this certificate. */
  readonly names: (certificate: X509Certificate) => boolean;
}

/** The signing certificates that a signature's properties identify. Spec: ETSI TS 101 903, 7.2.2. */
export function namedCertificates(signature: XmlElement): readonly NamedCertificate[] {
  const base = 'ds:Object/xades:QualifyingProperties/xades:SignedProperties/xades:SignedSignatureProperties/';
  return ['xades:SigningCertificate', 'xades:SigningCertificateV2']
    .flatMap((name) => elementsAt(signature, `${base}${name}/xades:Cert/xades:CertDigest`))
    .map((element) => {
      const algorithm = elementAt(element, 'ds:DigestMethod')?.attr('Algorithm')?.value;
      const value = elementAt(element, 'ds:DigestValue');
      const stated = value && base64Text(value).toString('base64');
      const digest = DIGESTS.get(algorithm ?? '');
      return {
        isKnown: digest !== undefined,
        names: ({ raw }) =>
          digest !== undefined && createHash(digest).update(raw).digest('base64') === stated,
      };
    });
}
