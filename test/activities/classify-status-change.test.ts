import assert from 'node:assert/strict';
import {
  classifyStatusChange,
  type ChangeToClassify,
  type Delivery,
  type KnownReference,
} from '@signering/activities/internal/classify-status-change.js';

const STARTED_AT = '2026-11-22T10:00:00.000Z';
const KARI = 'k***@example.com';
const OLA = 'o***@example.com';

const change = (facts: Partial<ChangeToClassify> = {}): ChangeToClassify => ({
  flow: 'PORTAL',
  signatureJobId: '1',
  maskedSigners: [KARI, OLA],
  ...facts,
});

const claimed: KnownReference = {
  flow: 'PORTAL',
  organizationNumber: '123456789',
  reference: 'A-1',
  attempts: [],
};
const AMBIGUOUS = { attempt: 1, startedAt: STARTED_AT, outcome: 'AMBIGUOUS' } as const;
const sending: KnownReference = { ...claimed, attempts: [{ attempt: 1, startedAt: STARTED_AT }] };
const created: KnownReference = {
  ...claimed,
  attempts: [{ attempt: 2, startedAt: STARTED_AT, outcome: 'CREATED' }],
  created: { signatureJobId: '1', createdAt: STARTED_AT, maskedSigners: [KARI, OLA] },
};
const afterDoubt: KnownReference = { ...created, attempts: [AMBIGUOUS, ...created.attempts] };
const direct: KnownReference = { ...afterDoubt, flow: 'DIRECT' };
const settledAs = (signatureJobId?: string): NonNullable<KnownReference['settled']> => ({
  outcome: 'SIGNED',
  folder: 'folder',
  settledAt: STARTED_AT,
  ...(signatureJobId !== undefined && { signatureJobId }),
});

/** What the change is about, the ledger entry, and the delivery while the workflow runs and after it has ended. */
const TABLE: readonly (readonly [
  rule: string,
  change: ChangeToClassify,
  entry: KnownReference | undefined,
  running: Delivery,
  ended: Delivery,
])[] = [
  ['a job without a ledger entry', change(), undefined, 'FOREIGN', 'FOREIGN'],
  ['a job of the other flow', change({ flow: 'DIRECT' }), created, 'FOREIGN', 'FOREIGN'],
  ['a job of a flow of a later version', change(), { ...created, flow: 'VIDEO' }, 'FOREIGN', 'FOREIGN'],
  [
    'another job, after an attempt whose outcome is a word of a later version',
    change({ signatureJobId: '2' }),
    { ...afterDoubt, attempts: [{ ...AMBIGUOUS, outcome: 'POSTPONED' }], settled: settledAs() },
    'SIGNALLED',
    'DUPLICATE',
  ],
  ['a reference that was claimed and never sent', change(), claimed, 'FOREIGN', 'FOREIGN'],
  ['a reference whose create has not ended', change(), sending, 'HELD', 'FOREIGN'],
  ['the recorded job', change(), created, 'SIGNALLED', 'STRANDED'],
  ['the recorded direct job', change({ flow: 'DIRECT' }), direct, 'SIGNALLED', 'STRANDED'],
  ['the recorded job, archived', change(), { ...created, settled: settledAs() }, 'SIGNALLED', 'SETTLED'],
  [
    'the recorded job, when a duplicate is the outcome',
    change(),
    { ...afterDoubt, settled: settledAs('2') },
    'SIGNALLED',
    'DUPLICATE',
  ],
  ['a job of others under our reference', change({ signatureJobId: '2' }), created, 'FOREIGN', 'FOREIGN'],
  ['a duplicate', change({ signatureJobId: '2' }), afterDoubt, 'SIGNALLED', 'STRANDED'],
  [
    'a duplicate that is the outcome',
    change({ signatureJobId: '2' }),
    { ...afterDoubt, settled: settledAs('2') },
    'SIGNALLED',
    'SETTLED',
  ],
  [
    'a duplicate of a settled reference',
    change({ signatureJobId: '2' }),
    { ...afterDoubt, settled: settledAs() },
    'SIGNALLED',
    'DUPLICATE',
  ],
  ['a direct duplicate', change({ flow: 'DIRECT', signatureJobId: '2' }), direct, 'GHOST', 'GHOST'],
  [
    'a job with the signers in another order and letter case',
    change({ signatureJobId: '2', maskedSigners: [OLA.toUpperCase(), KARI] }),
    afterDoubt,
    'SIGNALLED',
    'STRANDED',
  ],
  [
    'a job with other signers',
    change({ signatureJobId: '2', maskedSigners: [KARI] }),
    afterDoubt,
    'FOREIGN',
    'FOREIGN',
  ],
  [
    'an unnamed signer of a job for two signers',
    change({ flow: 'DIRECT', signatureJobId: '2', maskedSigners: undefined }),
    direct,
    'FOREIGN',
    'FOREIGN',
  ],
  [
    'an unnamed signer of a job for one signer',
    change({ flow: 'DIRECT', signatureJobId: '2', maskedSigners: undefined }),
    { ...direct, created: { ...direct.created!, maskedSigners: [KARI] } },
    'GHOST',
    'GHOST',
  ],
  [
    'a second job, where the ledger does not hold the signers',
    change({ signatureJobId: '2' }),
    { ...afterDoubt, created: { signatureJobId: '1', createdAt: STARTED_AT } },
    'FOREIGN',
    'FOREIGN',
  ],
];

describe('classifyStatusChange', () => {
  for (const [rule, given, entry, running, ended] of TABLE) {
    it(`${rule}: ${running} while the workflow runs, ${ended} after it`, () => {
      assert.equal(classifyStatusChange(given, entry, 'RUNNING'), running);
      assert.equal(classifyStatusChange(given, entry, 'ENDED'), ended);
    });
  }

  it('gives each of the seven deliveries for some row of the table', () => {
    const deliveries = new Set(TABLE.flatMap(([, , , running, ended]) => [running, ended]));
    assert.equal(deliveries.size, 7);
  });
});
