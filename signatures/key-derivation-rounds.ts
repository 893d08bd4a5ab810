import forge from 'node-forge';

const { INTEGER, OCTETSTRING } = forge.asn1.Type;
/** Real files nest a dozen levels, and their contents once more in octet strings. */
const MAX_DEPTH = 40;

/**
 * How many rounds of key derivation a PKCS#12 file asks for in all, as far as it can be told without its password.
 * Every way to derive a key, and the check value, writes the rounds behind the salt: an integer behind an octet string.
 *
 * Spec: RFC 7292, 4 (MacData); RFC 8018, A.2 and A.3; PKCS#12 v1.1, C (pkcs-12PbeParams).
 */
export function keyDerivationRounds(value: forge.asn1.Asn1, depth = 0): number {
  if (depth > MAX_DEPTH) return 0;
  if (!Array.isArray(value.value)) {
    const inner = isUniversal(value, OCTETSTRING) ? parseWhole(value.value) : undefined;
    return inner === undefined ? 0 : keyDerivationRounds(inner, depth + 1);
  }
  return value.value.reduce((sum, child, index, siblings) => {
    const salt = siblings[index - 1];
    const rounds =
      salt !== undefined && isUniversal(salt, OCTETSTRING) && isUniversal(child, INTEGER)
        ? unsignedOf(child.value)
        : 0;
    return sum + rounds + keyDerivationRounds(child, depth + 1);
  }, 0);
}

function isUniversal({ tagClass, type }: forge.asn1.Asn1, expected: forge.asn1.Type): boolean {
  return tagClass === forge.asn1.Class.UNIVERSAL && type === expected;
}

function parseWhole(bytes: string): forge.asn1.Asn1 | undefined {
  // What contents are made of begins with a sequence; salts and ciphers would only seldom.
  if (!bytes.startsWith('\x30')) return undefined;
  try {
    return forge.asn1.fromDer(bytes);
  } catch {
    return undefined;
  }
}

function unsignedOf(content: forge.asn1.Asn1['value']): number {
  return typeof content === 'string'
    ? Number(`0x${Buffer.from(content, 'latin1').toString('hex') || '0'}`)
    : 0;
}
