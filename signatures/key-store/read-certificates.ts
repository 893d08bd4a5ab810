import { X509Certificate } from 'node:crypto';
import { isPem, pemBlocksOf } from './pem-blocks.js';

/** `TRUSTED CERTIFICATE` is OpenSSL's: a certificate followed by its trusted purposes, which the platform skips. */
export const CERTIFICATE_LABELS: readonly string[] = [
  'CERTIFICATE',
  'X509 CERTIFICATE',
  'TRUSTED CERTIFICATE',
];

/**
 * Reads every certificate of a PEM file, or of a DER file, which may contain several.
 * @returns an empty list for other content
 * @throws the platform's error about a damaged certificate
 */
export function readCertificates(content: Uint8Array): readonly X509Certificate[] {
  if (isPem(content)) return certificateBlocksOf(content).map((der) => new X509Certificate(der));
  const certificates: X509Certificate[] = [];
  for (let rest = content; rest[0] === 0x30;) {
    const certificate = new X509Certificate(rest);
    certificates.push(certificate);
    rest = rest.subarray(certificate.raw.length);
  }
  return certificates;
}

/** The DER bytes of each certificate in a PEM file, damaged or not. */
function certificateBlocksOf(content: Uint8Array): readonly Uint8Array[] {
  return pemBlocksOf(content)
    .filter(({ label }) => CERTIFICATE_LABELS.includes(label))
    .map(({ der }) => der);
}
