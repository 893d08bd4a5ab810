import { X509Certificate } from 'node:crypto';
import { DAY_MS } from '@signering/schema';
import type { Check } from '../check.js';
import { failed, passed } from '../finding.js';

/** Authorities publish a new root years before the old one expires, and the product ships it with a release. */
const WARN_DAYS = 180;

/** A collection of all browsers' authorities would fill several screens. */
const MAX_NAMED = 20;

/** At least one CA certificate is trusted and valid today. */
export const trustCheck: Check = {
  name: 'trust',
  title: 'Trusted CAs',
  neededBy: ['worker'],
  after: [],
  run: async (examination) => {
    const certificates = (await examination.trustedCertificates()).map((pem) => new X509Certificate(pem));
    const origin = examination.settings.values.SIGNERING_TRUSTED_CERTIFICATES;
    const source =
      origin === undefined ? `shipped for ${examination.setting('SIGNERING_API_URL')}` : `from ${origin}`;
    const expired = certificates.filter((certificate) => daysLeftOf(certificate) < 0);
    if (expired.length === certificates.length) {
      return failed({
        what: `Every trusted CA certificate ${source} has expired: ${expired.map(inWords).join('; ')}.`,
        nextStep:
          'Get the current ones from the authority of the server and name them in SIGNERING_TRUSTED_CERTIFICATES, or update this product.',
        mender: 'SETTINGS',
      });
    }
    return passed(
      `${certificates.length} ${source}: ${namesOf(certificates)}`,
      certificates.flatMap(warningOf),
    );
  },
};

function namesOf(certificates: readonly X509Certificate[]): string {
  const soonestFirst = certificates.toSorted((a, b) => Date.parse(a.validTo) - Date.parse(b.validTo));
  const left = certificates.length - MAX_NAMED;
  return [...soonestFirst.slice(0, MAX_NAMED).map(inWords), ...(left > 0 ? [`${left} more`] : [])].join('; ');
}

function warningOf(certificate: X509Certificate): readonly string[] {
  const daysLeft = daysLeftOf(certificate);
  if (daysLeft >= WARN_DAYS) return [];
  const when = daysLeft < 0 ? 'has expired' : `expires in ${daysLeft === 1 ? '1 day' : `${daysLeft} days`}`;
  return [`The CA certificate ${nameOf(certificate)} ${when}: replace or remove it.`];
}

function inWords(certificate: X509Certificate): string {
  return `${nameOf(certificate)} until ${new Date(certificate.validTo).toISOString().slice(0, 10)}`;
}

/** The common name: authorities' names are public. */
function nameOf({ subject }: X509Certificate): string {
  return /^CN=(.*)$/mu.exec(subject)?.[1] ?? subject.split('\n').join(', ');
}

function daysLeftOf({ validTo }: X509Certificate): number {
  return Math.floor((Date.parse(validTo) - Date.now()) / DAY_MS);
}
