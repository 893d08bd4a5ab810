import { createPrivateKey, X509Certificate } from 'node:crypto';
import {
  createCertificateAuthority,
  type CertificateAuthority,
  type IssuedCertificate,
} from '@signering/sandbox/internal/certificates/index.js';
import type { EnterpriseCertificate } from '@signering/signatures';

export const SERVICE_ORGANIZATION = '984661185';
export const SENDER_ORGANIZATION = '123456789';

/** The certificates of a test run: an authority, the service's and a sender's. */
export interface TestCertificates {
  readonly authority: CertificateAuthority;
  readonly service: IssuedCertificate;
  readonly sender: EnterpriseCertificate;
  /** What the sender trusts. */
  readonly trusted: readonly string[];
}

let made: Promise<TestCertificates> | undefined;

/** Made once for all tests of this room. */
export function testCertificates(): Promise<TestCertificates> {
  made ??= make();
  return made;
}

async function make(): Promise<TestCertificates> {
  const authority = await createCertificateAuthority();
  const service = await authority.issueEnterpriseCertificate({
    organizationNumber: SERVICE_ORGANIZATION,
    name: 'Posten Bring AS',
  });
  const sender = await authority.issueEnterpriseCertificate({
    organizationNumber: SENDER_ORGANIZATION,
    name: 'Avsender AS',
  });
  return {
    authority,
    service,
    sender: enterpriseCertificate(sender, SENDER_ORGANIZATION),
    trusted: [authority.rootPem],
  };
}

export function enterpriseCertificate(
  issued: IssuedCertificate,
  organizationNumber: string,
): EnterpriseCertificate {
  const chain = issued.chainPem
    .split(/(?<=-----END CERTIFICATE-----\n)/u)
    .map((pem) => new X509Certificate(pem));
  return {
    privateKey: createPrivateKey(issued.privateKeyPem),
    certificate: chain[0]!,
    chain,
    organizationNumber,
  };
}
