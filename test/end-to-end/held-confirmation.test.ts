import assert from 'node:assert/strict';
import type { SigningClient } from '@signering/client';
import { hold, releaseHolds, waitUntilHolding, type TestStack } from '../fixtures/index.js';
import { assertSettledOnce } from './archive-evidence.js';
import { portalJob } from './portal-jobs.js';
import { createdJobIdOf, useSigningStack } from './signing-stack.js';

describe('a slow intermediate confirmation', () => {
  let stack: TestStack;
  let client: SigningClient;

  useSigningStack((started) => ({ stack, client } = started));

  for (const when of ['before', 'after'] as const) {
    it(`does not lose the final change when the next signer signs meanwhile (held ${when} it takes effect)`, async () => {
      const reference = `held-${when}`;
      await client.startPortalJob(await portalJob(reference, [1, 2]));
      const jobId = await createdJobIdOf(client, reference);
      await hold(stack.admin, 'confirm', when);
      await stack.admin.act(jobId, 1, 'sign');
      await waitUntilHolding(stack.admin, 'confirm');
      await stack.admin.act(jobId, 2, 'sign');
      await releaseHolds(stack.admin);
      const { outcome } = await client.waitForResult(reference);
      assert.equal(outcome, 'SIGNED');
      await assertSettledOnce(stack, reference);
    });
  }
});
