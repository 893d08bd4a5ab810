import { X509Certificate } from 'node:crypto';
import { fromBER, Integer, ObjectIdentifier, OctetString, Sequence } from 'asn1js';
import { isPem, pemBlocksOf } from './pem-blocks.js';

/** Beginnings of files that are neither DER nor PEM. */
const BEGINNINGS: readonly (readonly [hex: string, name: string])[] = [
  ['feedfeed', 'a Java key store (JKS), which keytool -importkeystore converts to PKCS#12'],
  ['cececece', 'a Java key store (JCEKS), which keytool -importkeystore converts to PKCS#12'],
  ['fffe', 'text in UTF-16'],
  ['504b0304', 'a ZIP archive'],
];
const SIGNED_DATA = '1.2.840.113549.1.7.2';

/** What a file is, for messages about files of the wrong kind; undefined when it is not known. */
export function nameFileFormat(content: Uint8Array): string | undefined {
  if (content.length === 0) return 'empty';
  const beginning = Buffer.from(content.subarray(0, 4)).toString('hex');
  const known = BEGINNINGS.find(([hex]) => beginning.startsWith(hex))?.[1];
  if (known !== undefined) return known;
  return isPem(content) ? namePem(content) : nameDer(content);
}

function namePem(content: Uint8Array): string {
  const labels = [...new Set(pemBlocksOf(content).map(({ label }) => label))];
  if (labels.includes('PKCS7')) return 'a PKCS#7 collection of certificates (.p7b)';
  if (labels.some((label) => label.endsWith('CERTIFICATE REQUEST'))) return 'a certificate request';
  return labels.length === 0 ? 'PEM without a complete block' : `PEM with ${labels.join(', ')}`;
}

/** By the types of the outermost sequence's members. */
function nameDer(content: Uint8Array): string | undefined {
  const [first, second, third] = membersOf(content);
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

function membersOf(content: Uint8Array): readonly unknown[] {
  try {
    const { result } = fromBER(content, { parseEmbedded: false, copyInput: false, maxNodes: 100_000 });
    return result instanceof Sequence ? result.valueBlock.value : [];
  } catch {
    // Elements nested deeper than the stack.
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
