import assert from 'node:assert/strict';
import type { SigningClient } from '@signering/client';
import { openFileStorage } from '@signering/storage';
import type { TestStack } from '../fixtures/index.js';
import { assertSettledOnce } from './archive-evidence.js';
import { createdDirectJob, directJob, visit } from './direct-jobs.js';
import { KILL_POINT, type KillPoint } from './kill-at-file.js';
import { evidenceOf, jobIdsOf } from './sandbox-evidence.js';
import { useSigningStack } from './signing-stack.js';

const PRELOAD = new URL('./kill-at-file.js', import.meta.url).href;

/** Within the activities that write twice, and between their end and its report to Temporal. */
const POINTS: readonly KillPoint[] = [
  { when: 'before', file: 'receipt.json', reference: 'before-the-receipt' },
  { when: 'before', file: 'settled', reference: 'between-receipt-and-settlement' },
  { when: 'after', file: 'settled', reference: 'after-the-settlement' },
  { when: 'before', file: 'confirmedAt', reference: 'between-confirmation-and-record' },
  { when: 'after', file: 'confirmedAt', reference: 'after-the-record' },
];

describe('a worker killed within an activity that has two effects', () => {
  let stack: TestStack;
  let client: SigningClient;
  useSigningStack((started) => ({ stack, client } = started), { withoutWorker: true });

  const entryOf = async (reference: string) => {
    const { ledger } = await openFileStorage({ root: stack.storageFolder });
    return ledger.find({ organizationNumber: stack.env['SIGNERING_ORGANIZATION'] ?? '', reference });
  };

  /** Starts a job, which has no poller to wait for, on a worker that dies there. */
  async function dieAt(point: KillPoint): Promise<void> {
    const worker = await stack.startWorker({
      [KILL_POINT]: JSON.stringify(point),
      NODE_OPTIONS: `--import=${PRELOAD}`,
    });
    const { redirects } = await createdDirectJob(client, await directJob(point.reference));
    const { token } = await visit(redirects[0]?.redirectUrl ?? '', 'sign');
    await client.signerReturned(point.reference, { statusQueryToken: token });
    await worker.ended;
  }

  it('repeats the activity: each effect once, in the order receipt, settlement, confirmation, record', async function () {
    const settledAt = new Map<string, string | undefined>();
    for (const point of POINTS) {
      const { when, file, reference } = point;
      await dieAt(point);
      const entry = await entryOf(reference);
      const isSettled = file === 'confirmedAt' || (file === 'settled' && when === 'after');
      assert.equal(entry?.settled !== undefined, isSettled, reference);
      assert.equal(entry?.confirmedAt !== undefined, file === 'confirmedAt' && when === 'after', reference);
      if (isSettled) settledAt.set(reference, entry?.settled?.settledAt);
    }
    await stack.startWorker();
    for (const { reference, file } of POINTS) {
      const { outcome } = await client.waitForResult(reference);
      assert.equal(outcome, 'SIGNED');
      await assertSettledOnce(stack, reference);
      const entry = await entryOf(reference);
      assert.ok(entry?.confirmedAt !== undefined, reference);
      if (settledAt.has(reference))
        assert.equal(entry.settled?.settledAt, settledAt.get(reference), 'the first settlement stands');
      const [id = ''] = await jobIdsOf(stack.admin, reference);
      const { ledger } = await evidenceOf(stack.admin, id);
      const confirmations = ledger.filter(({ operation }) => operation === 'confirm').length;
      assert.equal(confirmations, file === 'confirmedAt' ? 2 : 1, reference);
    }
  });
});
