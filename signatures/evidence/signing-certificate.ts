import type { X509Certificate } from 'node:crypto';
import { isNationalIdentityNumber } from '@signering/schema';
import { subjectOf, type SubjectAttribute } from '../certificate-subject.js';
import { organizationNumberIn } from '../organization-number.js';
import type { ExaminedSignature } from './evidence-verdict.js';

const COUNTRY = '2.5.4.6';
const SERIAL_NUMBER = '2.5.4.5';
/** Spec: RFC 4519, 2; X.520. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['2.5.4.3', 'CN'],
  ['2.5.4.4', 'SN'],
  [SERIAL_NUMBER, 'serialNumber'],
  [COUNTRY, 'C'],
  ['2.5.4.7', 'L'],
  ['2.5.4.8', 'ST'],
  ['2.5.4.10', 'O'],
  ['2.5.4.11', 'OU'],
  ['2.5.4.12', 'title'],
  ['2.5.4.42', 'givenName'],
  ['2.5.4.97', 'organizationIdentifier'],
]);

/** The signing certificate and the other certificates of a signature. */
export interface BroughtCertificates {
  readonly signingCertificate: X509Certificate;
  readonly certificates: readonly X509Certificate[];
}

/** Facts about a signing certificate for the verdict, without personal data. */
export function certificateFactsOf(
  brought: BroughtCertificates,
): Required<Pick<ExaminedSignature, 'certificateSubject' | 'chain'>> {
  return { certificateSubject: maskedSubjectOf(brought.signingCertificate), chain: chainOf(brought) };
}

/**
 * Whether a certificate names the expected signer by identity number; UNKNOWN if it names none.
 * Spec: ETSI EN 319 412-1, 5.1.3 (`PNONO-…`).
 */
export function compareSigner(certificate: X509Certificate, expected: string): 'SAME' | 'OTHER' | 'UNKNOWN' {
  const numbers = knownSubjectOf(certificate)
    .filter(({ type }) => type === SERIAL_NUMBER)
    .flatMap(({ value }) => /^(?:PNONO-)?(\d{11})$/u.exec(value)?.[1] ?? [])
    .filter(isNationalIdentityNumber);
  if (numbers.length === 0) return 'UNKNOWN';
  return numbers.includes(expected) ? 'SAME' : 'OTHER';
}

function maskedSubjectOf(certificate: X509Certificate): string {
  const subject = knownSubjectOf(certificate);
  const organizationNumber = organizationNumberIn(subject);
  const parts = subject.map(({ type, value }) => {
    const inClear = type === COUNTRY && /^[A-Z]{2}$/u.test(value);
    return `${NAMES.get(type) ?? type}=${inClear ? value : '***'}`;
  });
  return [...parts, ...(organizationNumber === undefined ? [] : [`organization ${organizationNumber}`])].join(
    ', ',
  );
}

function chainOf({ signingCertificate, certificates }: BroughtCertificates): 'COMPLETE' | 'INCOMPLETE' {
  const seen = new Set<X509Certificate>();
  let current: X509Certificate | undefined = signingCertificate;
  while (current !== undefined && !seen.has(current)) {
    if (isIssuedBy(current, current)) return 'COMPLETE';
    seen.add(current);
    const below: X509Certificate = current;
    current = certificates.find((candidate) => !seen.has(candidate) && isIssuedBy(below, candidate));
  }
  return 'INCOMPLETE';
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return (
      certificate.issuer === issuer.subject &&
      certificate.checkIssued(issuer) &&
      certificate.verify(issuer.publicKey)
    );
  } catch {
    return false;
  }
}

/** An examination needs the subject of a signing certificate up to three times, and reading it parses the whole certificate. */
const subjects = new WeakMap<X509Certificate, readonly SubjectAttribute[]>();

function knownSubjectOf(certificate: X509Certificate): readonly SubjectAttribute[] {
  const subject = subjects.get(certificate) ?? subjectOf(certificate.raw);
  subjects.set(certificate, subject);
  return subject;
}
