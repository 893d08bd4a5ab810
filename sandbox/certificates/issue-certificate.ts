import { createPublicKey, generateKeyPair, randomBytes, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import forge from 'node-forge';

const generate = promisify(generateKeyPair);

/** A distinguished name, in the order in which it is written into the certificate. */
export type DistinguishedName = readonly { readonly oid: string; readonly value: string }[];

/** An X.509 extension as node-forge takes it. */
export type CertificateExtension = Readonly<Record<string, unknown>> & { readonly name: string };

/** A certificate's subject, validity, extensions and issuer. */
export interface CertificateOrder {
  readonly subject: DistinguishedName;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly extensions: readonly CertificateExtension[];
  /** Absent: self-signed. */
  readonly issuer?: KeyAndCertificate;
}

/** A private key with its certificate. */
export interface KeyAndCertificate {
  /** PKCS#8, unencrypted. */
  readonly privateKeyPem: string;
  readonly certificatePem: string;
}

const COUNTRY = '2.5.4.6';

/** Makes an RSA key of 2048 bits and a certificate for it, signed with SHA-256. */
export async function issueCertificate(order: CertificateOrder): Promise<KeyAndCertificate> {
  const { privateKey } = await generate('rsa', { modulusLength: 2048 });
  const issuer = order.issuer && forge.pki.certificateFromPem(order.issuer.certificatePem);

  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forgePublicKey(privateKey);
  certificate.serialNumber = newSerialNumber();
  certificate.validity.notBefore = order.notBefore;
  certificate.validity.notAfter = order.notAfter;
  certificate.setSubject(order.subject.map(attribute));
  certificate.setIssuer(issuer ? issuer.subject.attributes : order.subject.map(attribute));
  const issuerKeyId = (issuer ?? certificate).generateSubjectKeyIdentifier().getBytes();
  certificate.setExtensions([
    ...order.extensions,
    { name: 'subjectKeyIdentifier' },
    { name: 'authorityKeyIdentifier', keyIdentifier: issuerKeyId },
  ]);
  const privateKeyPem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const signingKey = forge.pki.privateKeyFromPem(order.issuer?.privateKeyPem ?? privateKeyPem);
  certificate.sign(signingKey, forge.md.sha256.create());
  return {
    privateKeyPem,
    certificatePem: forge.pki.certificateToPem(certificate).replaceAll('\r\n', '\n'),
  };
}

function attribute({ oid, value }: DistinguishedName[number]): forge.pki.CertificateField {
  const tag = oid === COUNTRY ? forge.asn1.Type.PRINTABLESTRING : forge.asn1.Type.UTF8;
  // The type declarations name this parameter wrongly; node-forge expects the type.
  return { type: oid, value, valueTagClass: tag as unknown as forge.asn1.Class };
}

function forgePublicKey(privateKey: KeyObject): forge.pki.PublicKey {
  return forge.pki.publicKeyFromPem(
    createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString(),
  );
}

/** 127 random bits: positive, without a leading zero byte, and never the same twice. Spec: RFC 5280, 4.1.2.2. */
function newSerialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('hex');
}
