import assert from 'node:assert/strict';
import type { Connection } from '@temporalio/client';
import type { SigningClient } from '@signering/client';
import { signingWorkflowId } from '@signering/contract';
import { openFileStorage } from '@signering/storage';
import type { TestStack } from '../fixtures/index.js';
import { assertSettledOnce } from './archive-evidence.js';
import { createdDirectJob, directJob, visit } from './direct-jobs.js';
import { KILL_POINT, type KillPoint } from './kill-at-file.js';
import { evidenceOf, jobIdsOf } from './sandbox-evidence.js';
import { useSigningStack } from './signing-stack.js';
import { workflowsOf } from './stack-workflows.js';

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
  let connection: Connection;
  useSigningStack((started) => ({ stack, client, connection } = started), { withoutWorker: true });

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

  for (const point of POINTS) {
    const { when, file, reference } = point;
    it(`repeats the activity: each effect once, in the order receipt, settlement, confirmation, record (${reference})`, async () => {
      await dieAt(point);
      const dead = await entryOf(reference);
      const isSettled = file === 'confirmedAt' || (file === 'settled' && when === 'after');
      assert.equal(dead?.settled !== undefined, isSettled);
      assert.equal(dead?.confirmedAt !== undefined, file === 'confirmedAt' && when === 'after');

      const worker = await stack.startWorker();
      const { outcome, organizationNumber } = await client.waitForResult(reference);
      assert.equal(outcome, 'SIGNED');
      // Or the worker of the next point would die during the confirmation of this job, and repeat it.
      await workflowsOf(stack, connection)
        .getHandle(signingWorkflowId(organizationNumber, reference))
        .result();
      await assertSettledOnce(stack, reference);
      const entry = await entryOf(reference);
      assert.ok(entry?.confirmedAt !== undefined);
      if (isSettled)
        assert.equal(entry.settled?.settledAt, dead?.settled?.settledAt, 'the first settlement stands');
      const [id = ''] = await jobIdsOf(stack.admin, reference);
      const { ledger } = await evidenceOf(stack.admin, id);
      const confirmations = ledger.filter(({ operation }) => operation === 'confirm').length;
      assert.equal(confirmations, file === 'confirmedAt' ? 2 : 1);
      await worker.kill9();
    });
  }
});
