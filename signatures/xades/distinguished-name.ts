import type { X509Certificate } from 'node:crypto';
import { Certificate } from 'pkijs';

// Spec: RFC 4514, 3. Other attribute types are written as object identifiers with hexadecimal values.
const SHORT_NAMES: ReadonlyMap<string, string> = new Map([
  ['2.5.4.3', 'CN'],
  ['2.5.4.6', 'C'],
  ['2.5.4.7', 'L'],
  ['2.5.4.8', 'ST'],
  ['2.5.4.9', 'STREET'],
  ['2.5.4.10', 'O'],
  ['2.5.4.11', 'OU'],
  ['0.9.2342.19200300.100.1.25', 'DC'],
]);

/** The issuer's distinguished name as XML-DSig requires it: the most specific part first. Spec: RFC 4514, 2. */
export function issuerNameOf(certificate: X509Certificate): string {
  const { typesAndValues } = Certificate.fromBER(certificate.raw).issuer;
  return typesAndValues
    .map(({ type, value }) => {
      const name = SHORT_NAMES.get(type);
      if (name !== undefined) return `${name}=${escape(value.valueBlock.value)}`;
      return `${type}=#${Buffer.from(value.toBER(false)).toString('hex')}`;
    })
    .reverse()
    .join(',');
}

// Spec: RFC 4514, 2.4.
function escape(value: string): string {
  return value
    .replaceAll(/["+,;<>\\]/g, '\\$&')
    .replace(/^[ #]/, '\\$&')
    .replace(/ $/, '\\ ')
    .replaceAll('\0', '\\00');
}
