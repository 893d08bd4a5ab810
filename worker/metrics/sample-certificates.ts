import { X509Certificate } from 'node:crypto';
import { DAY_MS } from '@signering/schema';
import type { UsedCertificates } from '../renew-certificates.js';
import type { Meters } from './meters.js';
import type { Sampler } from './sampling.js';

/** Above the threshold of each alarm. */
const NO_LONGER_USED_DAYS = 100_000;

/** The trust anchors that are measured: those that expire first. A collection of all authorities has more than a hundred. */
const MOST_ANCHORS = 20;

interface Expiry {
  readonly use: 'enterprise' | 'chain' | 'trust_anchor';
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

/** Measures how many days each certificate is valid: the own one, those above it, and the trust anchors. */
export function sampleCertificates(
  used: () => UsedCertificates,
  { certificateValidDays }: Pick<Meters, 'certificateValidDays'>,
): Sampler {
  let measured = used();
  let expiries = expiriesOf(measured);
  const sample = (): Promise<void> => {
    const current = used();
    if (current !== measured) {
      const before = expiries;
      measured = current;
      expiries = expiriesOf(measured);
      // A series stays in a scrape with its last value: one that is no longer used must not raise an alarm.
      for (const { use, name } of before) {
        if (!expiries.some((one) => one.use === use && one.name === name)) {
          certificateValidDays.set(NO_LONGER_USED_DAYS, { use, name });
        }
      }
    }
    for (const { use, name, expires } of expiries) {
      certificateValidDays.set(Math.max(0, (expires - Date.now()) / DAY_MS), { use, name });
    }
    return Promise.resolve();
  };
  return { name: 'certificates', sample };
}

function expiriesOf({ enterprise, trusted }: UsedCertificates): readonly Expiry[] {
  const { certificate, chain, organizationNumber } = enterprise;
  const anchors = trusted
    .map((pem) => expiryOf('trust_anchor', new X509Certificate(pem)))
    .toSorted((a, b) => a.expires - b.expires)
    .slice(0, MOST_ANCHORS);
  const all: readonly Expiry[] = [
    // The name of a sole trader's company may be a person's.
    { use: 'enterprise', name: organizationNumber, expires: Date.parse(certificate.validTo) },
    ...chain.slice(1).map((above) => expiryOf('chain', above)),
    ...anchors,
  ];
  // Of several with one name, the series shows the one that expires first.
  return all.toSorted((a, b) => b.expires - a.expires);
}

/** With the common name: the names of authorities are public. */
function expiryOf(use: Expiry['use'], { subject, validTo }: X509Certificate): Expiry {
  const name = /^CN=(.*)$/mu.exec(subject)?.[1] ?? subject.split('\n').join(', ');
  return { use, name, expires: Date.parse(validTo) };
}
