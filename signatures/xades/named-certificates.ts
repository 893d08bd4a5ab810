import { createHash, type X509Certificate } from 'node:crypto';
import type { XmlElement } from 'libxml2-wasm';
import { base64Text, elementAt, elementsAt } from './canonical-form.js';
import { DIGESTS } from './xml-names.js';

/** One certificate that signed properties name by its digest. */
export interface NamedCertificate {
  /** Whether the digest algorithm is known here. */
  readonly isKnown: boolean;
  /** Whether it names this certificate. */
  readonly names: (certificate: X509Certificate) => boolean;
}

/** The certificates that a signature's properties name as the signing one. Spec: ETSI TS 101 903, 7.2.2. */
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
