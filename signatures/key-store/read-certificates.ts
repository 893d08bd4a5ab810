import { X509Certificate } from 'node:crypto';
import { fromBER } from 'asn1js';
import { isPem, pemBlocksOf } from './pem-blocks.js';

/** `TRUSTED CERTIFICATE` is OpenSSL's: a certificate, and behind it what it is trusted for. */
const LABELS: readonly string[] = ['CERTIFICATE', 'X509 CERTIFICATE', 'TRUSTED CERTIFICATE'];

/**
 * Reads every certificate of a PEM file, or the one of a DER file.
 * @returns none where the content is of another kind
 * @throws what the platform says of a damaged certificate
 */
export function readCertificates(content: Uint8Array): readonly X509Certificate[] {
  if (isPem(content)) return certificateBlocksOf(content).map(readCertificate);
  return content[0] === 0x30 ? [readCertificate(content)] : [];
}

/** The DER bytes of each certificate in a PEM file, damaged or not. */
function certificateBlocksOf(content: Uint8Array): readonly Uint8Array[] {
  return pemBlocksOf(content)
    .filter(({ label }) => LABELS.includes(label))
    .map(({ der }) => der);
}

/** Reads the certificate with which these bytes begin. @throws what the platform says of a damaged one */
function readCertificate(der: Uint8Array): X509Certificate {
  const { offset } = fromBER(der);
  return new X509Certificate(der.subarray(0, offset > 0 ? offset : der.length));
}
