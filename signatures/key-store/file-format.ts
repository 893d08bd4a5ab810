import { X509Certificate } from 'node:crypto';
import { Integer, ObjectIdentifier, OctetString, Sequence } from 'asn1js';
import { membersOf, readElement } from './asn1-elements.js';
import { isPem, pemBlocksOf } from './pem-blocks.js';

const UTF_16 = 'text in UTF-16, which iconv -f UTF-16 -t UTF-8 converts';

/** First bytes of files that are neither DER nor PEM. */
const BEGINNINGS: readonly (readonly [hex: string, name: string])[] = [
  ['feedfeed', 'a Java key store (JKS), which keytool -importkeystore converts to PKCS#12'],
  ['cececece', 'a Java key store (JCEKS), which keytool -importkeystore converts to PKCS#12'],
  ['fffe', UTF_16],
  ['feff', UTF_16],
  ['2d002d00', UTF_16],
  ['002d002d', UTF_16],
  ['504b0304', 'a ZIP archive'],
];
const SIGNED_DATA = '1.2.840.113549.1.7.2';

/** Names the format of an unusable file for messages; undefined if it is unknown. */
export function nameFileFormat(content: Uint8Array): string | undefined {
  if (content.length === 0) return 'empty';
  const beginning = Buffer.from(content.subarray(0, 4)).toString('hex');
  const known = BEGINNINGS.find(([hex]) => beginning.startsWith(hex))?.[1];
  if (known !== undefined) return known;
  if (isPem(content)) return namePem(content);
  return nameBase64(content) ?? nameIncompleteDer(content) ?? nameDer(content);
}

function namePem(content: Uint8Array): string {
  const labels = [...new Set(pemBlocksOf(content).map(({ label }) => label))];
  if (labels.includes('PKCS7')) return 'a PKCS#7 collection of certificates (.p7b)';
  if (labels.some((label) => label.endsWith('CERTIFICATE REQUEST'))) return 'a certificate request';
  return labels.length === 0 ? 'PEM without a complete block' : `PEM with ${labels.join(', ')}`;
}

function nameBase64(content: Uint8Array): string | undefined {
  const text = Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('latin1');
  if (!/^[A-Za-z0-9+/=\s]+$/u.test(text)) return undefined;
  const length = derLengthOf(Buffer.from(text, 'base64'));
  return length === undefined ? undefined : 'base64 text of a DER file, which base64 -d decodes';
}

function nameIncompleteDer(content: Uint8Array): string | undefined {
  const length = derLengthOf(content);
  return length === undefined || length <= content.length
    ? undefined
    : `the beginning of a DER file: ${content.length} of its ${length} bytes`;
}

/** Total length, in bytes, of a leading sequence of more than 127 bytes. Spec: X.690, 8.1.3.5. */
function derLengthOf(content: Uint8Array): number | undefined {
  const [tag, form = 0] = content;
  const bytes = form - 0x80;
  if (tag !== 0x30 || bytes < 1 || bytes > 4 || content.length < 2 + bytes) return undefined;
  const value = content.subarray(2, 2 + bytes).reduce((sum, byte) => sum * 256 + byte, 0);
  return 2 + bytes + value;
}

/** Distinguishes DER files by the types of the outermost sequence's members. */
function nameDer(content: Uint8Array): string | undefined {
  const [first, second, third] = membersIn(content);
  if (first instanceof ObjectIdentifier) {
    return first.valueBlock.toString() === SIGNED_DATA
      ? 'a PKCS#7 collection of certificates (.p7b)'
      : undefined;
  }
  if (first instanceof Integer && second instanceof Sequence) {
    return third instanceof OctetString ? 'a private key without its certificate' : 'PKCS#12';
  }
  if (first instanceof Integer && second instanceof Integer) return 'a private key without its certificate';
  if (first instanceof Sequence && second instanceof OctetString) {
    return 'a private key without its certificate';
  }
  if (!(first instanceof Sequence)) return undefined;
  return isCertificate(content) ? 'a certificate without its private key (.cer)' : 'a certificate request';
}

function membersIn(content: Uint8Array): readonly unknown[] {
  try {
    return membersOf(readElement(content));
  } catch {
    // Not ASN.1, or nested deeper than the stack allows.
    return [];
  }
}

function isCertificate(content: Uint8Array): boolean {
  try {
    return new X509Certificate(content).raw.length > 0;
  } catch {
    return false;
  }
}
