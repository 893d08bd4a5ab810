import assert from 'node:assert/strict';
import { WorkflowUpdateFailedError, type Connection } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { SigningClient } from '@signering/client';
import {
  answerAmbiguousCreateUpdate,
  signingWorkflowId,
  type AmbiguousCreateAnswer,
} from '@signering/contract';
import { loadWorkerSettings } from '@signering/settings';
import { repeatWhile, waitFor, type TestStack } from '../fixtures/index.js';
import { portalJob } from './portal-jobs.js';
import { jobIdsOf } from './sandbox-evidence.js';
import { workflowsOf } from './stack-workflows.js';
import { useSigningStack } from './signing-stack.js';
import { whileRunning } from '../running-job.js';

describe('an ambiguous create under the policy retry', () => {
  let stack: TestStack;
  let client: SigningClient;
  let connection: Connection;

  useSigningStack((started) => ({ stack, client, connection } = started));
  afterEach(() => stack.admin.call('DELETE', '/faults'));

  /** Every create makes a job and loses its answer, until the faults are removed; this many at least are in doubt. */
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
        return state === 'CREATE_AMBIGUOUS' && (ambiguousCreate?.attempts.length ?? 0) >= attempts;
      },
      { what: `${attempts} attempts are in doubt` },
    );
  }

  function workflowOf(reference: string) {
    const { organizationNumber } = loadWorkerSettings(stack.env);
    return workflowsOf(stack, connection).getHandle(signingWorkflowId(organizationNumber, reference));
  }

  async function answer(reference: string, words: AmbiguousCreateAnswer): Promise<void> {
    await workflowOf(reference).executeUpdate(answerAmbiguousCreateUpdate, { args: [words] });
  }

  /** Answers while the job waits: during an attempt there is nothing to decide. */
  function answerAtLast(reference: string, words: AmbiguousCreateAnswer): Promise<void> {
    return repeatWhile(isNothingToDecide, () => answer(reference, words), { what: 'the answer is accepted' });
  }

  /** What happened to the job, in this order. */
  async function eventsOf(reference: string): Promise<readonly ('create' | 'answer' | 'wait cut short')[]> {
    const { events } = await workflowOf(reference).fetchHistory();
    return (events ?? []).flatMap((event) => {
      const activity = event.activityTaskScheduledEventAttributes?.activityType?.name;
      if (activity === 'createSignatureJob') return ['create'];
      if (event.workflowExecutionUpdateAcceptedEventAttributes != null) return ['answer'];
      return event.timerCanceledEventAttributes == null ? [] : ['wait cut short'];
    });
  }

  it('does not wait for an operator', async () => {
    await createInDoubt('not-asked', 1);
    // After ten seconds, and then later each time, the job is sent again for a moment.
    const described = await waitFor(
      async () => {
        const { stdout } = await stack.signering('status', 'not-asked');
        return /unknown whether the service created the job/u.test(stdout) && stdout;
      },
      { what: 'the status says that it is in doubt' },
    );
    assert.doesNotMatch(described, /operator/u);
    assert.equal(whileRunning(await client.getJob('not-asked')).needsOperator, undefined);
    await answerAtLast('not-asked', { answer: 'GIVE_UP' });
  });

  it('ends with CREATE_ABANDONED when an operator answers GIVE_UP, and sends nothing more', async () => {
    await createInDoubt('given-up', 1);
    await answerAtLast('given-up', { answer: 'GIVE_UP' });
    await assert.rejects(client.waitForResult('given-up'), {
      code: 'CREATE_ABANDONED',
    });
    const events = await eventsOf('given-up');
    const creates = events.lastIndexOf('create') + 1;
    assert.deepEqual(events.slice(creates), ['answer', 'wait cut short']);
    assert.equal((await jobIdsOf(stack.admin, 'given-up')).length, creates, 'one job for each create');
  });

  it('sends again immediately when an operator answers SEND_AGAIN', async () => {
    await createInDoubt('sent-again', 2);
    await answerAtLast('sent-again', { answer: 'SEND_AGAIN' });
    await stack.admin.call('DELETE', '/faults');
    const id = await waitFor(
      async () => {
        const { state, signatureJobId } = await client.getJob('sent-again');
        // The create after the answer may still have met the fault.
        if (state === 'CREATE_AMBIGUOUS') await answer('sent-again', { answer: 'SEND_AGAIN' });
        return signatureJobId;
      },
      { what: 'the job is created' },
    );
    const events = await eventsOf('sent-again');
    const answered = events.indexOf('answer');
    assert.deepEqual(events.slice(answered, answered + 3), ['answer', 'wait cut short', 'create']);
    await stack.admin.act(id, 1, 'sign');
    const { outcome } = await client.waitForResult('sent-again');
    assert.equal(outcome, 'SIGNED');
  });
});

function isNothingToDecide(error: unknown): boolean {
  if (!(error instanceof WorkflowUpdateFailedError)) return false;
  return error.cause instanceof ApplicationFailure && error.cause.type === 'NOTHING_TO_DECIDE';
}
