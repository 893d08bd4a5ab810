import type { X509Certificate } from 'node:crypto';
import { BitString, fromBER } from 'asn1js';
import { Certificate } from 'pkijs';

const KEY_USAGE = '2.5.29.15';

/**
 * Whether the certificate's key can make digital signatures, which TLS and document packages require. A certificate
 * without the extension is unrestricted. Spec: RFC 5280, 4.2.1.3, bit 0.
 */
export function allowsDigitalSignature(certificate: X509Certificate): boolean {
  const extensions = Certificate.fromBER(certificate.raw).extensions ?? [];
  const extension = extensions.find(({ extnID }) => extnID === KEY_USAGE);
  if (extension === undefined) return true;
  const { result } = fromBER(extension.extnValue.valueBlock.valueHexView);
  return result instanceof BitString && ((result.valueBlock.valueHexView[0] ?? 0) & 0x80) !== 0;
}
