import assert from 'node:assert/strict';
import type { Connection } from '@temporalio/client';
import type { SigningClient } from '@signering/client';
import {
  answerAmbiguousCreateUpdate,
  signingWorkflowId,
  type AmbiguousCreateAnswer,
} from '@signering/contract';
import { loadWorkerSettings } from '@signering/settings';
import { waitFor, type TestStack } from '../fixtures/index.js';
import { portalJob } from './portal-jobs.js';
import { jobIdsOf } from './sandbox-evidence.js';
import { workflowsOf } from './stack-workflows.js';
import { createdJobIdOf, useSigningStack } from './signing-stack.js';
import { whileRunning } from '../running-job.js';

describe('an ambiguous create under the policy retry', () => {
  let stack: TestStack;
  let client: SigningClient;
  let connection: Connection;

  useSigningStack((started) => ({ stack, client, connection } = started));
  afterEach(() => stack.admin.call('DELETE', '/faults'));

  /** Every create makes a job and loses its answer, until the faults are removed. */
  async function createInDoubt(reference: string, attempts: number): Promise<void> {
    await stack.admin.call('POST', '/faults', {
      fault: 'reset',
      operation: 'create',
      when: 'after',
      times: 100,
    });
    await client.startPortalJob(await portalJob(reference));
    await waitFor(
      async () => {
        const { state, ambiguousCreate } = await client.getJob(reference);
        return state === 'CREATE_AMBIGUOUS' && ambiguousCreate?.attempts.length === attempts;
      },
      { what: `${attempts} attempts are in doubt` },
    );
  }

  function workflowOf(reference: string) {
    const { organizationNumber } = loadWorkerSettings(stack.env);
    return workflowsOf(stack, connection).getHandle(signingWorkflowId(organizationNumber, reference));
  }

  function answer(reference: string, words: AmbiguousCreateAnswer): Promise<unknown> {
    return workflowOf(reference).executeUpdate(answerAmbiguousCreateUpdate, { args: [words] });
  }

  it('does not wait for an operator', async () => {
    await createInDoubt('not-asked', 1);
    assert.equal(whileRunning(await client.getJob('not-asked')).needsOperator, undefined);
    const { stdout } = await stack.signering('status', 'not-asked');
    assert.match(stdout, /unknown whether the service created the job/u);
    assert.doesNotMatch(stdout, /operator/u);
    await answer('not-asked', { answer: 'GIVE_UP' });
  });

  it('ends with CREATE_ABANDONED when an operator answers GIVE_UP, and sends nothing more', async () => {
    await createInDoubt('given-up', 1);
    await answer('given-up', { answer: 'GIVE_UP' });
    await assert.rejects(client.waitForResult('given-up'), {
      code: 'CREATE_ABANDONED',
    });
    assert.equal((await jobIdsOf(stack.admin, 'given-up')).length, 1);
  });

  it('sends again immediately when an operator answers SEND_AGAIN', async () => {
    await createInDoubt('sent-again', 2);
    await stack.admin.call('DELETE', '/faults');
    await answer('sent-again', { answer: 'SEND_AGAIN' });
    const id = await createdJobIdOf(client, 'sent-again');
    const { events } = await workflowOf('sent-again').fetchHistory();
    const cancelled = events?.filter(({ timerCanceledEventAttributes: timer }) => timer != null) ?? [];
    assert.equal(cancelled.length, 1, 'the second wait was cut short');
    await stack.admin.act(id, 1, 'sign');
    const { outcome } = await client.waitForResult('sent-again');
    assert.equal(outcome, 'SIGNED');
  });
});
