import type { KeyObject, X509Certificate } from 'node:crypto';
import { orderChain } from '../certificate-chain.js';
import type { EnterpriseCertificate } from '../enterprise-certificate.js';
import { allowsDigitalSignature } from '../key-usage.js';
import { organizationNumberOf } from '../organization-number.js';
import type { KeyStoreContent } from './key-store-content.js';
import { KeyStoreProblem } from './key-store-problem.js';

interface Candidate {
  readonly privateKey: KeyObject;
  /** Absent if the file has none for the key. */
  readonly certificate?: X509Certificate;
  readonly organizationNumber?: string | undefined;
  /** Absent if it is usable. */
  readonly problem?: string | undefined;
}

/** Limits the reasons in a message. */
const MAX_REASONS = 10;

/**
 * Chooses the private key and certificate that the service accepts today. Of several for one organisation, the one
 * with the latest expiry.
 * @throws KeyStoreProblem with the reason for each candidate
 */
export function chooseCertificate(content: KeyStoreContent): EnterpriseCertificate {
  const { certificates } = content;
  const candidates = candidatesOf(content);
  const usable = candidates.flatMap(({ privateKey, certificate, organizationNumber, problem }) =>
    certificate === undefined || organizationNumber === undefined || problem !== undefined
      ? []
      : [{ privateKey, certificate, organizationNumber }],
  );
  const organizations = new Set(usable.map(({ organizationNumber }) => organizationNumber));
  if (organizations.size > 1) {
    const numbers = [...organizations].sort().join(', ');
    throw new KeyStoreProblem(
      `it contains usable certificates of several organisations (${numbers}); keep only one of them in the file`,
    );
  }
  const [chosen] = usable.sort((a, b) => validityOf(b.certificate) - validityOf(a.certificate));
  if (chosen === undefined) throw new KeyStoreProblem(reasonOf(content, candidates));
  return { ...chosen, chain: orderChain(chosen.certificate, certificates) };
}

function candidatesOf({ keys, certificates }: KeyStoreContent): readonly Candidate[] {
  const different = new Map(certificates.map((certificate) => [certificate.fingerprint256, certificate]));
  return keys.flatMap((privateKey): Candidate[] => {
    const own = [...different.values()].filter((certificate) => certificate.checkPrivateKey(privateKey));
    if (own.length === 0) {
      const problem = 'it contains no certificate for its private key; export both together';
      return [{ privateKey, problem }];
    }
    return own.map((certificate) => {
      const organizationNumber = organizationNumberOf(certificate.raw);
      const problem = whyUnusable({ privateKey, certificate, organizationNumber });
      return { privateKey, certificate, organizationNumber, problem };
    });
  });
}

function reasonOf({ keys, problems }: KeyStoreContent, candidates: readonly Candidate[]): string {
  const [first] = candidates;
  if (candidates.length === 1 && problems.length === 0 && first !== undefined) {
    return first.problem ?? 'it cannot be used';
  }
  if (keys.length === 0 && problems.length === 0) {
    return 'it contains no private key; export the certificate together with its private key';
  }
  const reasons = [
    ...new Set([
      ...candidates.map((candidate) => `${nameOf(candidate)}${candidate.problem ?? 'it cannot be used'}`),
      ...problems,
    ]),
  ];
  if (reasons.length === 1) return reasons.join('');
  const left = reasons.length - MAX_REASONS;
  return [
    `none of its entries can be used (${reasons.length} reasons)`,
    ...reasons.slice(0, MAX_REASONS).map((reason, index) => `(${index + 1}) ${reason}`),
    ...(left > 0 ? [`and ${left} more`] : []),
  ].join('. ');
}

/** Names a certificate by properties that differ within an organisation, because its subject may be a person. */
function nameOf({ certificate }: Candidate): string {
  if (certificate === undefined) return '';
  const { serialNumber, validFrom, validTo } = certificate;
  return `serial number ${serialNumber}, valid ${dayOf(validFrom)} to ${dayOf(validTo)}: `;
}

function whyUnusable({
  privateKey,
  certificate,
  organizationNumber,
}: Required<Omit<Candidate, 'problem'>>): string | undefined {
  if (privateKey.asymmetricKeyType !== 'rsa') {
    return 'its key is not an RSA key, which the service requires; order an enterprise certificate with RSA';
  }
  const now = Date.now();
  const notBefore = new Date(certificate.validFrom);
  const notAfter = new Date(certificate.validTo);
  if (now > notAfter.getTime()) {
    return `the certificate expired at ${notAfter.toISOString()}; order a new one`;
  }
  if (now < notBefore.getTime()) {
    return `the certificate is not valid before ${notBefore.toISOString()}; wait until then, or check this machine's clock`;
  }
  if (!allowsDigitalSignature(certificate)) {
    return (
      "the certificate lacks the key usage digital signature; use the organisation's certificate for authentication " +
      '(Buypass: authentication and encryption; Commfides: auth)'
    );
  }
  if (organizationNumber === undefined) {
    return 'the certificate names no Norwegian organisation number; use an enterprise certificate from Buypass or Commfides';
  }
  return undefined;
}

function validityOf({ validTo }: X509Certificate): number {
  return Date.parse(validTo);
}

function dayOf(moment: string): string {
  return new Date(moment).toISOString().slice(0, 10);
}
