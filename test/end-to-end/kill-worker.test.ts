import assert from 'node:assert/strict';
import type { SigningClient } from '@signering/client';
import {
  hold,
  releaseHolds,
  waitFor,
  waitUntilHolding,
  type HeldOperation,
  type TestStack,
} from '../fixtures/index.js';
import { archiveFoldersOf, assertSettledOnce } from './archive-evidence.js';
import { portalJob } from './portal-jobs.js';
import { jobIdsOf, RE_DELIVERY_SECONDS } from './sandbox-evidence.js';
import { useSigningStack } from './signing-stack.js';

describe('a worker killed with kill -9 and restarted', () => {
  let stack: TestStack;
  let client: SigningClient;
  let worker: Awaited<ReturnType<TestStack['startWorker']>>;

  afterEach(async () => {
    await releaseHolds(stack.admin);
  });
  useSigningStack((started) => ({ stack, client, worker } = started), { forEachTest: true });

  async function waitingJob(reference: string): Promise<string> {
    return waitFor(
      async () => {
        const { state, signatureJobId } = await client.getJob(reference);
        return state === 'WAITING_FOR_SIGNERS' ? signatureJobId : undefined;
      },
      { what: 'the job waits for its signers', explain: () => worker.logged() },
    );
  }

  /** Holds the next such call, lets something happen that leads to it, and kills the worker exactly there. */
  async function killAt(
    operation: HeldOperation,
    when: 'before' | 'after',
    lead: () => Promise<unknown>,
  ): Promise<void> {
    await hold(stack.admin, operation, when);
    await lead();
    await waitUntilHolding(stack.admin, operation, () => worker.logged());
    await worker.kill9();
    await releaseHolds(stack.admin);
  }

  async function restart(): Promise<void> {
    worker = await stack.startWorker();
  }

  async function assertSigned(reference: string, options: { readonly jobs?: number } = {}): Promise<void> {
    const result = await client.waitForResult(reference);
    assert.equal(result.outcome, 'SIGNED');
    await assertSettledOnce(stack, reference, options);
  }

  it('creates one job if it died before the create took effect', async () => {
    const reference = 'create-before';
    await killAt('create', 'before', async () => client.startPortalJob(await portalJob(reference)));
    await restart();
    await stack.admin.act(await waitingJob(reference), 1, 'sign');
    await assertSigned(reference);
  });

  it('records and reports a possible second job if it died after the create took effect', async () => {
    const reference = 'create-after';
    await killAt('create', 'after', async () => client.startPortalJob(await portalJob(reference)));
    await restart();
    const recorded = await waitingJob(reference);
    const [ghost] = (await jobIdsOf(stack.admin, reference)).filter((id) => id !== recorded);
    assert.ok(ghost !== undefined, 'the first attempt made a job');
    const { ambiguousCreate } = await client.getJob(reference);
    assert.equal(ambiguousCreate?.attempts.length, 1);
    assert.equal(ambiguousCreate.attempts[0]!.attempt, 1);

    await stack.admin.act(recorded, 1, 'sign');
    await assertSigned(reference, { jobs: 2 });
    const result = await client.waitForResult(reference);
    assert.equal(result.signatureJobId, recorded);
  });

  it('gets the change again if it died between fetching and signalling it', async () => {
    const reference = 'fetched-not-signalled';
    await client.startPortalJob(await portalJob(reference));
    const jobId = await waitingJob(reference);
    await worker.kill9();
    await killAt('fetchStatusChange', 'after', async () => {
      await stack.admin.act(jobId, 1, 'sign');
      await restart();
    });
    await stack.admin.advanceClock(RE_DELIVERY_SECONDS);
    await restart();
    await assertSigned(reference);
  });

  for (const operation of ['pades', 'xades'] as const) {
    it(`archives once if it died with the ${operation} fetched`, async () => {
      const reference = `${operation}-fetched`;
      await client.startPortalJob(await portalJob(reference));
      const jobId = await waitingJob(reference);
      await killAt(operation, 'after', () => stack.admin.act(jobId, 1, 'sign'));
      await restart();
      await assertSigned(reference);
    });
  }

  it('confirms once if it died after archiving and before confirming', async () => {
    const reference = 'archived-not-confirmed';
    await client.startPortalJob(await portalJob(reference));
    const jobId = await waitingJob(reference);
    await killAt('confirm', 'before', () => stack.admin.act(jobId, 1, 'sign'));
    assert.equal(archiveFoldersOf(stack, reference).length, 1, 'archived before the confirmation was sent');
    await restart();
    await assertSigned(reference);
  });

  it('treats a missing job as confirmed if it died after the confirmation took effect', async () => {
    const reference = 'confirmed-unheard';
    await client.startPortalJob(await portalJob(reference));
    const jobId = await waitingJob(reference);
    await killAt('confirm', 'after', () => stack.admin.act(jobId, 1, 'sign'));
    await restart();
    await assertSigned(reference);
  });
});
