import { KeyObject, X509Certificate, webcrypto } from 'node:crypto';
import { Integer, PrintableString } from 'asn1js';
import { AttributeTypeAndValue, Certificate, CryptoEngine } from 'pkijs';
import type { SigningKey } from '@signering/signatures';

const OID = { name: '2.5.4.3', serialNumber: '2.5.4.5', country: '2.5.4.6' } as const;

/** Makes a key with a self-signed certificate, for signatures that the sandbox does not make. */
export async function makeKey(
  type: 'rsa' | 'ec',
  subject: { readonly name: string; readonly serialNumber?: string },
): Promise<SigningKey> {
  const algorithm =
    type === 'ec'
      ? { name: 'ECDSA', namedCurve: 'P-256' }
      : {
          name: 'RSASSA-PKCS1-v1_5',
          modulusLength: 2048,
          publicExponent: new Uint8Array([1, 0, 1]),
          hash: 'SHA-256',
        };
  const pair = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = new Certificate();
  certificate.version = 2;
  certificate.serialNumber = new Integer({ value: 1 });
  for (const names of [certificate.subject, certificate.issuer]) {
    names.typesAndValues.push(
      attribute(OID.country, 'NO'),
      attribute(OID.name, subject.name),
      ...(subject.serialNumber === undefined ? [] : [attribute(OID.serialNumber, subject.serialNumber)]),
    );
  }
  certificate.notBefore.value = new Date('2020-01-01T00:00:00.000Z');
  certificate.notAfter.value = new Date('2040-01-01T00:00:00.000Z');
  const engine = new CryptoEngine({ name: 'node', crypto: webcrypto as never });
  await certificate.subjectPublicKeyInfo.importKey(pair.publicKey, engine);
  await certificate.sign(pair.privateKey, 'SHA-256', engine);
  return {
    privateKey: KeyObject.from(pair.privateKey),
    chain: [new X509Certificate(Buffer.from(certificate.toSchema(true).toBER(false)))],
  };
}

function attribute(type: string, value: string): AttributeTypeAndValue {
  return new AttributeTypeAndValue({ type, value: new PrintableString({ value }) });
}
