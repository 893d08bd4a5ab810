import {
  constants,
  createPublicKey,
  generateKeyPair,
  privateEncrypt,
  randomBytes,
  type KeyObject,
} from 'node:crypto';
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
  /** @default a new one */
  readonly key?: KeyObject;
}

/** A private key with its certificate. */
export interface KeyAndCertificate {
  /** PKCS#8, unencrypted. */
  readonly privateKeyPem: string;
  readonly certificatePem: string;
}

const COUNTRY = '2.5.4.6';
/** What a PKCS#1 signature holds before a SHA-256 hash. Spec: RFC 8017, 9.2, note 1. */
const SHA256_DIGEST_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex');

/** Makes a private RSA key of 2048 bits, which takes a tenth of a second. */
export async function makeKey(): Promise<KeyObject> {
  return (await generate('rsa', { modulusLength: 2048 })).privateKey;
}

/** Makes a certificate, signed with SHA-256. */
export async function issueCertificate(order: CertificateOrder): Promise<KeyAndCertificate> {
  const privateKey = order.key ?? (await makeKey());
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
  certificate.sign(signingKey(order.issuer?.privateKeyPem ?? privateKeyPem), forge.md.sha256.create());
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

/** Signs with OpenSSL: node-forge computes RSA in JavaScript, a hundred times slower. */
function signingKey(privateKeyPem: string): forge.pki.rsa.PrivateKey {
  return {
    sign: (digest: forge.md.MessageDigest) => {
      const hash = Buffer.from(digest.digest().getBytes(), 'latin1');
      const key = { key: privateKeyPem, padding: constants.RSA_PKCS1_PADDING };
      return privateEncrypt(key, Buffer.concat([SHA256_DIGEST_INFO, hash])).toString('latin1');
    },
  } as unknown as forge.pki.rsa.PrivateKey;
}

/** 127 random bits: positive, without a leading zero byte, and never the same twice. Spec: RFC 5280, 4.1.2.2. */
function newSerialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('hex');
}
