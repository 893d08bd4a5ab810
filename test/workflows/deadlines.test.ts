import assert from 'node:assert/strict';
import type { PortalJobContent, SignerProgress } from '@signering/contract';
import { deadlineOf, followUntilOf } from '@signering/workflows/internal/deadlines.js';

const DAY = 24 * 60 * 60 * 1000;
const CREATED = Date.parse('2026-01-01T00:00:00Z');
const chained = [{ order: 1 }, { order: 1 }, { order: 2 }];
const waiting: readonly SignerProgress[] = chained.map(({ order }, index) => ({
  signer: index + 1,
  maskedIdentifier: '01*********',
  order,
  status: 'WAITING',
}));

function signed(progress: SignerProgress | undefined, since: string): SignerProgress {
  assert.ok(progress);
  return { ...progress, status: 'SIGNED', since };
}

describe('the deadline of a signing', () => {
  it('is 30 days after creation when the job names none', () => {
    assert.equal(deadlineOf({ signers: chained }, CREATED, waiting), CREATED + 30 * DAY);
  });

  it('counts from the activation time when that is later', () => {
    const availability = { activationTime: '2026-01-11T00:00:00Z', availableSeconds: 86_400 };
    assert.equal(deadlineOf({ signers: chained, availability }, CREATED, waiting), CREATED + 11 * DAY);
  });

  it('counts from creation when the activation time is past', () => {
    const availability = { activationTime: '2025-01-11T00:00:00Z', availableSeconds: 86_400 };
    assert.equal(deadlineOf({ signers: chained, availability }, CREATED, waiting), CREATED + DAY);
  });

  it('gives the next group the full time once the group before it has signed', () => {
    const availability = { availableSeconds: 86_400 };
    const oneOfTwo = [signed(waiting[0], '2026-01-01T05:00:00Z'), ...waiting.slice(1)];
    assert.equal(deadlineOf({ signers: chained, availability }, CREATED, oneOfTwo), CREATED + DAY);
    const group = [
      signed(waiting[0], '2026-01-01T05:00:00Z'),
      signed(waiting[1], '2026-01-01T07:00:00+01:00'),
      ...waiting.slice(2),
    ];
    const expected = Date.parse('2026-01-01T06:00:00Z') + DAY;
    assert.equal(deadlineOf({ signers: chained, availability }, CREATED, group), expected);
  });
});

describe('a time that neither the service nor Temporal takes', () => {
  const TEN_YEARS = 10 * 365 * DAY;
  const JUNK: readonly Pick<PortalJobContent, 'availability'>[] = [
    { availability: { activationTime: '9999-12-31T23:59:59Z' } },
    { availability: { activationTime: '+275760-09-13T00:00:00.000Z', availableSeconds: 7_776_000 } },
    { availability: { activationTime: 'tomorrow' } },
    { availability: { availableSeconds: Number.MAX_SAFE_INTEGER } },
    { availability: { availableSeconds: -Number.MAX_VALUE } },
    { availability: { availableSeconds: NaN } },
  ];

  it('gives a deadline within ten years of creation', () => {
    for (const job of JUNK) {
      for (const end of [
        deadlineOf({ signers: chained, ...job }, CREATED, waiting),
        followUntilOf({ signers: chained, ...job }, CREATED) - 7 * DAY,
      ]) {
        assert.ok(end >= CREATED && end <= CREATED + TEN_YEARS, `${JSON.stringify(job)}: ${end}`);
      }
    }
    const beyond = waiting.map((progress) => signed(progress, '9999-12-31T23:59:59Z'));
    assert.equal(deadlineOf({ signers: chained }, CREATED, beyond), CREATED + TEN_YEARS);
  });
});

describe('how long a queue is followed', () => {
  it('is the full time of every group after the other, and a week more', () => {
    const availability = { availableSeconds: 86_400 };
    assert.equal(followUntilOf({ signers: chained, availability }, CREATED), CREATED + (2 + 7) * DAY);
  });
});
