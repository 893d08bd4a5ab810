import assert from 'node:assert/strict';
import { SigningClient } from '@signering/client';
import {
  hold,
  releaseHolds,
  startTestStack,
  waitFor,
  waitUntilHolding,
  type TestStack,
} from '../fixtures/index.js';
import { assertSettledOnce } from './archive-evidence.js';
import { portalJob } from './portal-jobs.js';

describe('an intermediate confirmation that is held up', () => {
  let stack: TestStack;
  let client: SigningClient;

  before(async () => {
    stack = await startTestStack();
    await stack.startWorker();
    client = await SigningClient.connect({ env: stack.env });
  });

  after(async () => {
    await client.close();
    await stack.stop();
  });

  for (const when of ['before', 'after'] as const) {
    it(`does not swallow the final change when the next signer signs meanwhile (held ${when} it takes effect)`, async () => {
      const reference = `held-${when}`;
      await client.startPortalJob(await portalJob(reference, [1, 2]));
      const jobId = await waitFor(async () => (await client.getJob(reference)).signatureJobId, {
        what: 'the job is created',
      });
      await hold(stack.admin, 'confirm', when);
      await stack.admin.act(jobId, 1, 'sign');
      await waitUntilHolding(stack.admin, 'confirm');
      await stack.admin.act(jobId, 2, 'sign');
      await releaseHolds(stack.admin);
      const { outcome } = await client.outcome(reference, { signal: AbortSignal.timeout(60_000) });
      assert.equal(outcome, 'SIGNED');
      await assertSettledOnce(stack, reference);
    });
  }
});
