import assert from 'node:assert/strict';
import type { SigningClient } from '@signering/client';
import { InMemorySigningClient } from '@signering/client/testing';
import { SigningError } from '@signering/schema';
import { visit } from '../end-to-end/direct-jobs.js';
import { portalJob } from '../end-to-end/portal-jobs.js';
import { createdJobIdOf, useSigningStack } from '../end-to-end/signing-stack.js';
import type { TestStack } from '../fixtures/index.js';
import { defineBatchCases } from './batch-cases.js';
import { defineSigningCases, type SigningFixture } from './signing-cases.js';

const MONTH_SECONDS = 31 * 24 * 60 * 60;

function defineCases(fixture: () => SigningFixture): void {
  // The last one of the others changes the clock.
  defineBatchCases(fixture);
  defineSigningCases(fixture);
}

describe('the client with Temporal, a worker and a sandbox', () => {
  let stack: TestStack;
  let client: SigningClient;
  useSigningStack((started) => ({ stack, client } = started));

  defineCases(() => ({
    client,
    act: async (reference, act, signer) => {
      await stack.admin.act(await createdJobIdOf(client, reference), signer, act);
    },
    visit: async ({ redirectUrl }, act) => (await visit(redirectUrl, act)).exitUrl,
    expire: () => stack.admin.advanceClock(MONTH_SECONDS),
  }));
});

describe('the in-memory client', () => {
  let client: InMemorySigningClient;
  before(() => {
    client = new InMemorySigningClient();
  });
  after(() => client.close());

  defineCases(() => ({
    client,
    act: (reference, act, signer) => {
      client[act](reference, { signer });
      return Promise.resolve();
    },
    visit: ({ reference, signer }, act) => Promise.resolve(client[act](reference, { signer }).exitUrl ?? ''),
    expire: (reference) => {
      client.expire(reference);
      return Promise.resolve();
    },
  }));

  it('fails the next call as the test says, once', async () => {
    client.failNextCall(new SigningError('TEMPORAL_UNAVAILABLE', 'Temporal is away.'));
    await assert.rejects(client.getJob('waiting'), { code: 'TEMPORAL_UNAVAILABLE', retryable: true });
    assert.equal((await client.getJob('waiting')).reference, 'waiting');
  });

  it('shows a process that failed, and starts it again when the same job is sent', async () => {
    const request = await portalJob('failing');
    await client.startPortalJob(request);
    client.failProcess('failing', 'BROKER_NOT_AUTHORIZED');
    const job = await client.getJob('failing');
    assert.ok(job.status === 'PROCESS_FAILED');
    assert.equal(job.failure.code, 'BROKER_NOT_AUTHORIZED');
    await assert.rejects(client.waitForResult('failing'), { code: 'BROKER_NOT_AUTHORIZED' });
    assert.equal((await client.startPortalJob(request)).existing, true);
    assert.equal((await client.getJob('failing')).status, 'RUNNING');
  });

  it('says what is wrong with a test that acts out of turn', async () => {
    await client.startPortalJob(await portalJob('turns', [1, 2]));
    assert.throws(() => client.sign('turns', { signer: 2 }), /signers of a lower order sign first/u);
    assert.throws(() => client.sign('turns', { signer: 3 }), /has no signer 3/u);
    assert.throws(() => client.failCeremony('turns'), /portal flow/u);
    assert.throws(() => client.sign('nowhere'), /No job has been started/u);
    client.reject('turns');
    assert.throws(() => client.sign('turns'), /has ended at the service/u);
  });

  it('has no polling queues', async () => {
    assert.deepEqual(await client.listQueues(), []);
    const queue = { flow: 'PORTAL', pollingQueue: 'signering-workflows' } as const;
    await assert.rejects(client.getQueue(queue), { code: 'QUEUE_NOT_FOUND' });
    await assert.rejects(client.confirmForeignChange(queue, '5997762'), { code: 'QUEUE_NOT_FOUND' });
  });
});
