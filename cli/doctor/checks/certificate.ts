import type { X509Certificate } from 'node:crypto';
import { DAY_MS } from '@signering/schema';
import type { Check } from '../check.js';
import { failed, passed } from '../finding.js';

/** Getting an enterprise certificate takes some weeks. */
const WARN_DAYS = 60;

/**
 * The enterprise certificate is usable today: the file opens, the key permits signing, the chain is valid, and it
 * contains an organisation number.
 */
export const certificateCheck: Check = {
  name: 'certificate',
  title: 'Certificate',
  neededBy: ['worker'],
  after: [],
  run: async (examination) => {
    const { certificate, chain, organizationNumber, privateKey } = await examination.certificate();
    const invalid = chain.slice(1).find((above) => !isValidNow(above));
    if (invalid !== undefined) {
      return failed({
        what: `A certificate above yours in its chain is valid from ${dayOf(invalid.validFrom)} to ${dayOf(invalid.validTo)} only.`,
        nextStep: 'Get the certificate with its current chain from its issuer, and use that file.',
        mender: 'SETTINGS',
      });
    }
    const daysLeft = Math.floor((Date.parse(certificate.validTo) - Date.now()) / DAY_MS);
    const sender = examination.settings.values.SIGNERING_ORGANIZATION;
    const behalf =
      sender === undefined || sender === organizationNumber
        ? ''
        : `, to send on behalf of ${sender} as its broker`;
    const bits = privateKey.asymmetricKeyDetails?.modulusLength;
    return passed(
      `issued to organisation ${organizationNumber}${behalf}; valid until ${dayOf(certificate.validTo)} ` +
        `(${inDays(daysLeft)} left); RSA${bits === undefined ? '' : ` ${bits}`} with key usage digital signature; ` +
        `${chain.length} in its chain`,
      [...expiryWarning(daysLeft), ...chainWarning(chain.at(-1))],
    );
  },
};

function expiryWarning(daysLeft: number): readonly string[] {
  if (daysLeft >= WARN_DAYS) return [];
  return [
    `It expires in ${inDays(daysLeft)}: order a new one now, and configure it for every worker before then.`,
  ];
}

/** The service requires the chain up to the root, but has been observed to accept less. */
function chainWarning(last: X509Certificate | undefined): readonly string[] {
  if (last?.checkIssued(last) !== false) return [];
  return [
    'Its chain does not include a root, which the service requires: export the certificate with its whole ' +
      'certification path.',
  ];
}

function isValidNow({ validFrom, validTo }: X509Certificate): boolean {
  return Date.parse(validFrom) <= Date.now() && Date.now() <= Date.parse(validTo);
}

function dayOf(moment: string): string {
  return new Date(moment).toISOString().slice(0, 10);
}

function inDays(days: number): string {
  return days === 1 ? '1 day' : `${days} days`;
}
