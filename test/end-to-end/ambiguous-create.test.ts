import assert from 'node:assert/strict';
import type { Connection } from '@temporalio/client';
import { type SigningClient, SigningError } from '@signering/client';
import {
  answerAmbiguousCreateUpdate,
  signingWorkflowId,
  type AmbiguousCreateAnswer,
} from '@signering/contract';
import { loadWorkerSettings } from '@signering/settings';
import { hold, waitFor, waitUntilHolding, type TestStack } from '../fixtures/index.js';
import { directJob } from './direct-jobs.js';
import { portalJob } from './portal-jobs.js';
import { jobIdsOf, RE_DELIVERY_SECONDS } from './sandbox-evidence.js';
import { workflowsOf } from './stack-workflows.js';
import { createdJobIdOf, useSigningStack } from './signing-stack.js';
import { whileRunning } from '../running-job.js';

describe('an ambiguous create that waits for an operator', () => {
  let stack: TestStack;
  let client: SigningClient;
  let connection: Connection;

  useSigningStack((started) => ({ stack, client, connection } = started), {
    settings: { SIGNERING_AMBIGUOUS_CREATE: 'ask' },
  });
  /** The service makes the job and dies before it has said so. */
  async function createInDoubt(
    reference: string,
    start: () => Promise<unknown> = async () => client.startPortalJob(await portalJob(reference)),
  ): Promise<void> {
    await hold(stack.admin, 'create', 'after');
    await start();
    await waitUntilHolding(stack.admin, 'create');
    await stack.sandbox().kill9();
    await stack.restartSandbox();
    await waitFor(async () => (await client.getJob(reference)).state === 'CREATE_AMBIGUOUS', {
      what: 'the job waits for an operator',
    });
  }

  function workflowOf(reference: string) {
    const { organizationNumber } = loadWorkerSettings(stack.env);
    return workflowsOf(stack, connection).getHandle(signingWorkflowId(organizationNumber, reference));
  }

  it('sends nothing until the operator answers, and then sends once', async () => {
    await createInDoubt('asked');
    const job = await client.getJob('asked');
    const { ambiguousCreate } = job;
    assert.match(whileRunning(job).needsOperator ?? '', /answerAmbiguousCreate/u);
    assert.equal(ambiguousCreate?.attempts.length, 1);
    assert.equal((await jobIdsOf(stack.admin, 'asked')).length, 1);
    // A cancellation that is not possible yet is refused, and does not block the operator's answer.
    await assert.rejects(client.cancelJob('asked', { reason: 'withdrawn' }), {
      code: 'JOB_NOT_CREATED_YET',
      retryable: true,
    });

    await workflowOf('asked').executeUpdate(answerAmbiguousCreateUpdate, {
      args: [{ answer: 'SEND_AGAIN' }],
    });
    const id = await createdJobIdOf(client, 'asked');
    assert.equal((await jobIdsOf(stack.admin, 'asked')).length, 2);
    await stack.admin.act(id, 1, 'sign');
    const { outcome } = await client.waitForResult('asked');
    assert.equal(outcome, 'SIGNED');
  });

  it('accepts the answer while many calls wait for a direct job, and ends', async () => {
    const request = await directJob('browsers-wait');
    // The first one waits while the create does.
    const first = assert.rejects(client.startDirectJob(request), { code: 'JOB_NOT_CREATED_YET' });
    await createInDoubt('browsers-wait', () => Promise.resolve());
    await first;
    // Temporal takes ten unanswered updates at once.
    const waiting = [
      ...Array.from({ length: 10 }, () => client.startDirectJob(request)),
      client.createRedirectUrl('browsers-wait', { signer: 1 }),
      client.signerReturned('browsers-wait', { statusQueryToken: 'token' }),
    ];
    for (const answer of await Promise.allSettled(waiting)) {
      assert.ok(answer.status === 'rejected', 'there is no job whose URLs could be returned');
      assert.ok(answer.reason instanceof SigningError, String(answer.reason));
      assert.ok(answer.reason.retryable, answer.reason.message);
    }
    await workflowOf('browsers-wait').executeUpdate(answerAmbiguousCreateUpdate, {
      args: [{ answer: 'GIVE_UP' }],
    });
    await assert.rejects(client.waitForResult('browsers-wait'), {
      code: 'CREATE_ABANDONED',
    });
  });

  it('rejects an unknown answer, which could send again', async () => {
    await createInDoubt('slip');
    const slip = { answer: 'GIVEUP' } as unknown as AmbiguousCreateAnswer;
    await assert.rejects(workflowOf('slip').executeUpdate(answerAmbiguousCreateUpdate, { args: [slip] }));
    assert.equal((await client.getJob('slip')).state, 'CREATE_AMBIGUOUS');
    assert.equal((await jobIdsOf(stack.admin, 'slip')).length, 1);
  });

  it('cannot be given up once the service has reported the job, until the job is cancelled', async () => {
    await createInDoubt('surfaced', async () => client.startPortalJob(await portalJob('surfaced', [1, 1])));
    const [id = ''] = await jobIdsOf(stack.admin, 'surfaced');
    const giveUp = () =>
      workflowOf('surfaced').executeUpdate(answerAmbiguousCreateUpdate, { args: [{ answer: 'GIVE_UP' }] });
    const surfacesAs = (status: string) =>
      waitFor(
        async () => (await client.getJob('surfaced')).ambiguousCreate?.duplicates[0]?.status === status,
        { what: `the job is heard of as ${status}` },
      );
    await stack.admin.act(id, 1, 'sign');
    await surfacesAs('IN_PROGRESS');
    await assert.rejects(giveUp(), ({ cause }: Error) => {
      assert.match(String(cause), new RegExp(`The service made the job: ${id}`, 'u'));
      return true;
    });
    await stack.admin.act(id, 2, 'reject');
    await stack.admin.advanceClock(RE_DELIVERY_SECONDS);
    await surfacesAs('FAILED');
    await giveUp();
    await assert.rejects(client.waitForResult('surfaced'), {
      code: 'CREATE_ABANDONED',
    });
  });

  it('ends with CREATE_ABANDONED when the operator gives up', async () => {
    await createInDoubt('given-up');
    await workflowOf('given-up').executeUpdate(answerAmbiguousCreateUpdate, {
      args: [{ answer: 'GIVE_UP' }],
    });
    await assert.rejects(
      client.waitForResult('given-up'),
      (error) => error instanceof SigningError && error.code === 'CREATE_ABANDONED',
    );
    assert.equal((await jobIdsOf(stack.admin, 'given-up')).length, 1);
  });
});
