import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { SigningClient } from '@signering/client';
import { formatKeys, generateKey, parseKeys } from '@signering/encryption';
import { loadClientSettings } from '@signering/settings';
import { startTestStack, type TestStack } from '../fixtures/index.js';
import { onePagePdf, portalJob } from './portal-jobs.js';
import { createdJobIdOf } from './signing-stack.js';

describe('an order that a redeployed system repeats', () => {
  let stack: TestStack;
  let client: SigningClient;
  before(async () => {
    stack = await startTestStack();
    client = await SigningClient.connect({ env: stack.env });
  });
  after(async () => {
    await client.close();
    await stack.stop();
  });

  it('names no differences where the key of the first order is gone', async () => {
    const request = await portalJob('other-key');
    await client.startPortalJob(request);
    const settings = { ...loadClientSettings(stack.env), keys: parseKeys(formatKeys([generateKey('new')])) };
    const other = await SigningClient.connect({ settings });
    try {
      await assert.rejects(other.startPortalJob({ ...request, title: 'Another title' }), {
        code: 'REFERENCE_IN_USE',
        facts: { reference: 'other-key' },
      });
    } finally {
      await other.close();
    }
  });

  it('is the same job, on the polling queue of the first order', async () => {
    const { documents: _, ...request } = await portalJob('redeployed');
    const content = await onePagePdf('Agreement');
    const file = (name: string): string => {
      const path = join(stack.folder, name);
      writeFileSync(path, content);
      return path;
    };
    const first = await client.startPortalJob({ ...request, documents: [{ file: file('upload-1.pdf') }] });
    const connection = await Connection.connect({ address: stack.temporal.address });
    const temporal = new Client({ connection, namespace: stack.temporal.namespace });
    // A workflow that ended without a result is started again, with the repeated order's input.
    await temporal.workflow.getHandle(first.workflowId).terminate();
    await connection.close();
    const redeployed = await SigningClient.connect({
      env: { ...stack.env, SIGNERING_POLLING_QUEUE: 'another-queue' },
    });
    try {
      const again = await redeployed.startPortalJob({
        ...request,
        documents: [{ file: file('upload-2.pdf') }],
        signers: request.signers.map((signer) => ({ order: 0, ...signer })),
        requiredAuthentication: 4,
      });
      assert.equal(again.existing, true);
      await stack.startWorker();
      await stack.admin.act(await createdJobIdOf(redeployed, 'redeployed'), 1, 'sign');
      const { outcome } = await redeployed.waitForResult('redeployed');
      assert.equal(outcome, 'SIGNED');
    } finally {
      await redeployed.close();
    }
  });
});
