import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { CertificateUnusableError } from './certificate-unusable-error.js';
import type { CertificateFile, CertificateFileContent } from './certificate-file.js';

/** Whether these bytes are PEM, which is text. */
export function isPem(content: Uint8Array): boolean {
  return Buffer.from(content).includes('-----BEGIN ');
}

/** Reads a private key and certificates out of a PEM file. @throws CERTIFICATE_UNUSABLE */
export function readPem({ file, content, password }: CertificateFile): CertificateFileContent {
  const text = Buffer.from(content).toString('latin1');
  const blocks = text.match(/-----BEGIN ([A-Z0-9 ]+)-----[\s\S]+?-----END \1-----/g) ?? [];
  const keyPem = blocks.find((block) => /^-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/.test(block));
  const certificatePems = blocks.filter((block) => block.startsWith('-----BEGIN CERTIFICATE-----'));
  return {
    ...(keyPem === undefined ? {} : { privateKey: readKey(keyPem, file, password) }),
    certificates: certificatePems.map((pem) => readCertificate(pem, file)),
  };
}

function readKey(pem: string, file: string, password: string | undefined): KeyObject {
  try {
    return createPrivateKey({ key: pem, ...(password === undefined ? {} : { passphrase: password }) });
  } catch (cause) {
    const encrypted = pem.includes('ENCRYPTED');
    const reason = !encrypted
      ? 'its private key is damaged; export the file again'
      : password === undefined
        ? 'its private key is encrypted and no password was given; give the password'
        : 'its private key cannot be decrypted, most likely because the password is wrong; check the password';
    throw new CertificateUnusableError(`Cannot use the certificate file ${file}: ${reason}.`, { cause });
  }
}

function readCertificate(pem: string, file: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    const message = `Cannot use the certificate file ${file}: a certificate in it is damaged; export the file again.`;
    throw new CertificateUnusableError(message, { cause });
  }
}
