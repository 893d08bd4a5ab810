import assert from 'node:assert/strict';
import { SigningClient } from '@signering/client';
import { portalJob } from '../end-to-end/portal-jobs.js';
import { startTestStack, waitFor, type TestStack } from '../fixtures/index.js';

/** More than the service permits in a second. */
const CALLS = 15;

describe('a worker and a sandbox without a rate limit', () => {
  let stack: TestStack;
  before(async () => {
    stack = await startTestStack({ settings: { SIGNERING_SANDBOX_CALLS_PER_SECOND: 'unlimited' } });
  });
  after(() => stack.stop());

  it('have more calls unanswered at once than the service permits in a second, and none is blocked', async () => {
    for (let call = 0; call < CALLS; call += 1) {
      await stack.admin.call('POST', '/holds', { operation: 'create', when: 'after' });
    }
    const worker = await stack.startWorker();
    assert.match(worker.logged(), /does not keep the service's rate limit/u);
    const client = await SigningClient.connect({ env: stack.env });
    try {
      for (let call = 0; call < CALLS; call += 1) {
        await client.startPortalJob(await portalJob(`unlimited-${call}`));
      }
      await waitFor(
        async () => {
          const { holds } = (await stack.admin.call('GET', '/holds')) as {
            readonly holds: readonly { readonly state: string }[];
          };
          return holds.filter(({ state }) => state === 'HOLDING').length === CALLS;
        },
        { what: `${CALLS} creates are unanswered at once` },
      );
      await stack.admin.call('DELETE', '/holds');
      const { calls } = (await stack.admin.call('GET', '/ledger')) as {
        readonly calls: readonly {
          readonly operation?: string;
          readonly answer?: { readonly status: number };
        }[];
      };
      const blocked = calls.filter(
        ({ operation, answer }) => answer?.status === 429 && operation === undefined,
      );
      assert.deepEqual(blocked, []);
    } finally {
      await client.close();
    }
  });
});
