import assert from 'node:assert/strict';
import type { PortalSigner, PortalStatusChange } from '@signering/schema';
import { parseSignerStatus } from '@signering/schema';
import type { JobChange } from '@signering/workflows/internal/job-change.js';
import { portalSignersAtStart, waitingForOf } from '@signering/contract';
import { portalJobChange } from '@signering/workflows/internal/portal-signers.js';
import { outcomeOf, signersAfter } from '@signering/workflows/internal/signers.js';

// Synthetic identity numbers: 80 is added to the month.
const ANNE = '01817010055';
const BODIL = '02837210006';
const SINCE = '2026-11-22T09:00:00.000Z';

const signers: readonly PortalSigner[] = [
  { personalIdentificationNumber: ANNE, order: 1, notifications: { emailAddress: 'anne@example.com' } },
  { order: 1, notifications: { emailAddress: 'carl@example.com', mobileNumber: '+4799999999' } },
  { personalIdentificationNumber: BODIL, order: 2, notifications: { mobileNumber: '+4788888888' } },
];

function changeWith(
  status: PortalStatusChange['status'],
  statuses: readonly [string, string, string],
): PortalStatusChange {
  const [anne, carl, bodil] = statuses.map(parseSignerStatus);
  const since = SINCE;
  return {
    signatureJobId: '1',
    status,
    confirmationUrl: 'https://service.example/confirm',
    // The service orders signers differently.
    signatures: [
      { identifier: { personalIdentificationNumber: BODIL }, status: bodil, since },
      { identifier: { personalIdentificationNumber: ANNE }, status: anne, since },
      { identifier: { emailAddress: 'carl@example.com', mobileNumber: '+4799999999' }, status: carl, since },
    ],
  } as unknown as PortalStatusChange;
}

/** What the workflow makes of such a change. */
function jobChangeWith(...[status, statuses]: Parameters<typeof changeWith>): JobChange {
  return portalJobChange(signers, changeWith(status, statuses));
}

const kindsOf = ({ signatures }: JobChange) => signatures.map(({ signer, status }) => [signer, status.kind]);

describe('signers of a status change', () => {
  it('are matched by identifier, in any order', () => {
    assert.deepEqual(kindsOf(jobChangeWith('IN_PROGRESS', ['SIGNED', 'WAITING', 'REJECTED'])), [
      [1, 'SIGNED'],
      [2, 'WAITING'],
      [3, 'REJECTED'],
    ]);
  });

  it('lose the time of an earlier status where a later one has none', () => {
    const signed = jobChangeWith('IN_PROGRESS', ['SIGNED', 'WAITING', 'WAITING']);
    const [before] = signersAfter(portalSignersAtStart(signers), signed);
    assert.equal(before?.since, SINCE);
    const signatures = signed.signatures.map(({ since: _, ...signature }) => signature);
    const [after] = signersAfter([before], { ...signed, signatures });
    assert.equal(after?.status, 'SIGNED');
    assert.ok(!('since' in after));
  });

  it('have masked identifiers only', () => {
    const told = JSON.stringify(portalSignersAtStart(signers));
    for (const personal of [ANNE, BODIL, 'carl@', '+4799999999', '88888888']) {
      assert.ok(!told.includes(personal), `${personal} is visible`);
    }
  });

  it('keep the word of a status that this release does not know', () => {
    const change = jobChangeWith('IN_PROGRESS', ['ENTHUSIASTIC', 'WAITING', 'WAITING']);
    const [anne] = signersAfter(portalSignersAtStart(signers), change);
    assert.equal(anne?.status, 'UNKNOWN');
    assert.equal(anne.statusText, 'ENTHUSIASTIC');
    const [later] = signersAfter(
      signersAfter(portalSignersAtStart(signers), change),
      jobChangeWith('IN_PROGRESS', ['SIGNED', 'WAITING', 'WAITING']),
    );
    assert.equal(later?.status, 'SIGNED');
    assert.equal(later.statusText, undefined);
  });

  it('are waited for group by group', () => {
    const start = portalSignersAtStart(signers);
    assert.deepEqual(waitingForOf(start), [1, 2]);
    const oneSigned = signersAfter(start, jobChangeWith('IN_PROGRESS', ['SIGNED', 'WAITING', 'WAITING']));
    assert.deepEqual(waitingForOf(oneSigned), [2]);
    const groupSigned = signersAfter(start, jobChangeWith('IN_PROGRESS', ['SIGNED', 'SIGNED', 'WAITING']));
    assert.deepEqual(waitingForOf(groupSigned), [3]);
  });

  it('are matched by an email address however the service writes its letters', () => {
    const change = changeWith('IN_PROGRESS', ['WAITING', 'SIGNED', 'WAITING']);
    const asked = { notifications: { emailAddress: 'Carl@Example.com', mobileNumber: '+4799999999' } };
    assert.deepEqual(kindsOf(portalJobChange(signers.with(1, asked), change))[1], [2, 'SIGNED']);
  });

  it('keep their numbers, and whom the service names in other words comes after them', () => {
    const change = changeWith('COMPLETED_SUCCESSFULLY', ['SIGNED', 'REJECTED', 'EXPIRED']);
    const inOtherWords = { notifications: { mobileNumber: '99999999' } };
    assert.deepEqual(kindsOf(portalJobChange(signers.with(1, inOtherWords), change)), [
      [1, 'SIGNED'],
      [3, 'EXPIRED'],
      [4, 'REJECTED'],
    ]);
  });

  it('tell a second job of ours from a job of others', () => {
    const change = changeWith('IN_PROGRESS', ['WAITING', 'WAITING', 'WAITING']);
    assert.ok(portalJobChange(signers, change).namesOurSigners);
    assert.ok(!portalJobChange(signers.slice(0, 2), change).namesOurSigners);
    assert.ok(
      !portalJobChange([...signers, { notifications: { mobileNumber: '1' } }], change).namesOurSigners,
    );
  });
});

describe('the outcome of a job that has ended', () => {
  const outcomes: readonly [PortalStatusChange['status'], readonly [string, string, string], string][] = [
    ['COMPLETED_SUCCESSFULLY', ['SIGNED', 'SIGNED', 'SIGNED'], 'SIGNED'],
    ['FAILED', ['SIGNED', 'REJECTED', 'NOT_APPLICABLE'], 'REJECTED'],
    ['FAILED', ['SIGNED', 'EXPIRED', 'NOT_APPLICABLE'], 'EXPIRED'],
    ['FAILED', ['CANCELLED', 'SIGNED', 'CANCELLED'], 'CANCELLED'],
    ['FAILED', ['BLOCKED', 'NOT_APPLICABLE', 'NOT_APPLICABLE'], 'FAILED'],
    ['FAILED', ['RESERVED', 'NOT_APPLICABLE', 'NOT_APPLICABLE'], 'FAILED'],
    ['FAILED', ['SOMETHING_NEW', 'NOT_APPLICABLE', 'NOT_APPLICABLE'], 'FAILED'],
  ];
  for (const [status, statuses, outcome] of outcomes) {
    it(`is ${outcome} when the job is ${status} with ${statuses.join(', ')}`, () => {
      assert.equal(outcomeOf(jobChangeWith(status, statuses)), outcome);
    });
  }
});
