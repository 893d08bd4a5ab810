import type { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { orderChain } from './certificate-chain.js';
import type { CertificateFileContent } from './certificate-file.js';
import { CertificateUnusableError } from './certificate-unusable-error.js';
import type { EnterpriseCertificate } from './enterprise-certificate.js';
import { allowsDigitalSignature } from './key-usage.js';
import { organizationNumberOf } from './organization-number.js';
import { isPem, readPem } from './read-pem.js';
import { readPkcs12 } from './read-pkcs12.js';

/** Where an enterprise certificate lies. */
export interface EnterpriseCertificateFile {
  /** A PKCS#12 file (.p12, .pfx), or a PEM file that holds the private key and the certificate with its chain. */
  readonly file: string;
  /** Of the file or of its private key; absent where it is not protected. */
  readonly password?: string | undefined;
}

/**
 * Reads an organisation's certificate with its private key and makes sure that both can be used today, so that
 * a mistake shows when a process starts and not when its first job is sent.
 *
 * @throws CERTIFICATE_UNUSABLE in every case in which it cannot be used; the message says why and what to do
 */
export async function loadEnterpriseCertificate({
  file,
  password,
}: EnterpriseCertificateFile): Promise<EnterpriseCertificate> {
  const refuse = (reason: string, cause?: unknown): CertificateUnusableError =>
    new CertificateUnusableError(`Cannot use the certificate file ${file}: ${reason}.`, { cause });

  let content: Buffer;
  try {
    content = await readFile(file);
  } catch (cause) {
    const reason = isMissing(cause)
      ? 'there is no such file; check the path'
      : 'it cannot be read; check its access rights';
    throw refuse(reason, cause);
  }

  try {
    return usable(readAny({ file, content, password }), refuse);
  } catch (cause) {
    if (cause instanceof CertificateUnusableError) throw cause;
    // What the platform makes of damage differs with its version, and it may show late.
    throw refuse('a key or a certificate in it is damaged; export the file again', cause);
  }
}

/** What a file holds, when it can be used today. @throws CERTIFICATE_UNUSABLE */
function usable(
  { privateKey, certificates }: CertificateFileContent,
  refuse: (reason: string) => CertificateUnusableError,
): EnterpriseCertificate {
  if (privateKey === undefined) {
    throw refuse('there is no private key in it; export the certificate together with its private key');
  }
  const chain = orderChain(privateKey, certificates);
  const [certificate] = chain;
  if (certificate === undefined) {
    throw refuse('there is no certificate in it for its private key; export the two together');
  }
  if (privateKey.asymmetricKeyType !== 'rsa') {
    throw refuse(
      'its key is not an RSA key, which the service asks for; order an enterprise certificate with RSA',
    );
  }
  const reason = whyNotNow(certificate);
  if (reason !== undefined) throw refuse(reason);
  const organizationNumber = organizationNumberOf(certificate.raw);
  if (organizationNumber === undefined) {
    throw refuse(
      'the certificate names no Norwegian organisation number; use an enterprise certificate from Buypass or Commfides',
    );
  }
  return { privateKey, certificate, chain, organizationNumber };
}

function readAny(file: {
  file: string;
  content: Uint8Array;
  password: string | undefined;
}): CertificateFileContent {
  return isPem(file.content) ? readPem(file) : readPkcs12(file);
}

function whyNotNow(certificate: X509Certificate): string | undefined {
  const now = Date.now();
  const notBefore = new Date(certificate.validFrom);
  const notAfter = new Date(certificate.validTo);
  if (now > notAfter.getTime()) {
    return `the certificate expired at ${notAfter.toISOString()}; order a new one`;
  }
  if (now < notBefore.getTime()) {
    return `the certificate is valid from ${notBefore.toISOString()} only; wait until then, or check this machine's clock`;
  }
  if (!allowsDigitalSignature(certificate)) {
    return (
      "the certificate lacks the key usage digital signature; use the organisation's certificate for authentication " +
      '(Buypass: authentication and encryption; Commfides: auth)'
    );
  }
  return undefined;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
