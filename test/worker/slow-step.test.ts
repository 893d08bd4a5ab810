import assert from 'node:assert/strict';
import { portalJob } from '../end-to-end/portal-jobs.js';
import { startTestStack, type TestStack } from '../fixtures/index.js';
import { SigningClient } from '@signering/client';
import { waitFor } from '../fixtures/wait-for.js';

describe('a worker on a machine that is so busy that a step of a workflow takes six seconds', () => {
  let stack: TestStack;
  before(async () => {
    stack = await startTestStack();
  });
  after(() => stack.stop());

  it('goes on', async () => {
    const preload = new URL('./slow-step-preload.js', import.meta.url).href;
    const worker = await stack.startWorker({ NODE_OPTIONS: `--import=${preload}` });
    let ending: string | undefined;
    void worker.ended.then((how) => {
      ending = how;
    });
    await using client = await SigningClient.connect({ env: stack.env });
    await client.startPortalJob(await portalJob('slow-step'));
    await waitFor(
      async () => ending !== undefined || (await client.getJob('slow-step')).state === 'WAITING_FOR_SIGNERS',
      { what: 'the job waits for its signers' },
    );
    assert.equal(ending, undefined, worker.logged().slice(-1000));
  });
});
