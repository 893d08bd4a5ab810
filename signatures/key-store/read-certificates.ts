import { X509Certificate } from 'node:crypto';
import { isPem, pemBlocksOf } from './pem-blocks.js';

/** `TRUSTED CERTIFICATE` is OpenSSL's: a certificate, and behind it what it is trusted for, which the platform skips. */
export const CERTIFICATE_LABELS: readonly string[] = [
  'CERTIFICATE',
  'X509 CERTIFICATE',
  'TRUSTED CERTIFICATE',
];

/**
 * Reads every certificate of a PEM file, or the one of a DER file.
 * @returns none where the content is of another kind
 * @throws what the platform says of a damaged certificate
 */
export function readCertificates(content: Uint8Array): readonly X509Certificate[] {
  if (isPem(content)) return certificateBlocksOf(content).map((der) => new X509Certificate(der));
  return content[0] === 0x30 ? [new X509Certificate(content)] : [];
}

/** The DER bytes of each certificate in a PEM file, damaged or not. */
function certificateBlocksOf(content: Uint8Array): readonly Uint8Array[] {
  return pemBlocksOf(content)
    .filter(({ label }) => CERTIFICATE_LABELS.includes(label))
    .map(({ der }) => der);
}
