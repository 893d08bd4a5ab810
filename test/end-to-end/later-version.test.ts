import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApplicationFailure, Client, WorkflowFailedError, type Connection } from '@temporalio/client';
import type { SigningClient } from '@signering/client';
import { TASK_QUEUE, WORKFLOW_TYPES } from '@signering/contract';
import { createDataConverter, parseKeys } from '@signering/encryption';
import type { TestStack } from '../fixtures/index.js';
import { portalJob } from './portal-jobs.js';
import { createdJobIdOf, useSigningStack } from './signing-stack.js';

describe('data that a later version wrote', () => {
  let stack: TestStack;
  let client: SigningClient;
  let connection: Connection;
  useSigningStack((started) => ({ stack, client, connection } = started));

  for (const workflowType of Object.values(WORKFLOW_TYPES)) {
    it(`as the input of ${workflowType} fails the workflow, and the workers have to be upgraded`, async () => {
      const dataConverter = createDataConverter(parseKeys(stack.env['SIGNERING_KEYS'] ?? ''));
      const { workflow } = new Client({ connection, namespace: stack.temporal.namespace, dataConverter });
      const run = workflow.execute(workflowType, {
        workflowId: `later-${workflowType}`,
        taskQueue: TASK_QUEUE,
        args: [{ version: 2, organizationNumber: '312345676', reference: 'later' }],
      });
      await assert.rejects(run, (error: unknown) => {
        assert.ok(error instanceof WorkflowFailedError && error.cause instanceof ApplicationFailure);
        assert.equal(error.cause.type, 'VERSION_NOT_SUPPORTED');
        assert.match(error.cause.message, /input: its format has version 2.*Upgrade the workers/u);
        return true;
      });
    });
  }

  it('with words that this version does not know is UNKNOWN with their text', async () => {
    const request = await portalJob('worded');
    await client.startPortalJob(request);
    await stack.admin.act(await createdJobIdOf(client, 'worded'), 1, 'sign');
    await client.waitForResult('worded', { signal: AbortSignal.timeout(100_000) });
    const files = readdirSync(stack.storageFolder, { recursive: true, encoding: 'utf8' });
    const kept = files.filter((name) => /^ledger\/.*\d+\.json$|receipt\.json$/u.test(name));
    for (const path of kept.map((file) => join(stack.storageFolder, file))) {
      const text = readFileSync(path, 'utf8');
      rmSync(path);
      writeFileSync(path, text.replaceAll('"outcome": "SIGNED"', '"outcome": "WITHDRAWN", "later": 1'));
    }
    assert.ok((await client.signedDocument('worded')).byteLength > 0);
    const again = await client.startPortalJob(request);
    assert.deepEqual([again.outcome, again.outcomeText], ['UNKNOWN', 'WITHDRAWN']);
  });

  it('as a ledger entry or a receipt is not taken for damaged', async () => {
    await client.startPortalJob(await portalJob('kept'));
    await stack.admin.act(await createdJobIdOf(client, 'kept'), 1, 'sign');
    await client.waitForResult('kept', { signal: AbortSignal.timeout(100_000) });
    const files = readdirSync(stack.storageFolder, { recursive: true, encoding: 'utf8' });
    const raise = (file: string): void => {
      const path = join(stack.storageFolder, file);
      const data = JSON.parse(readFileSync(path, 'utf8')) as object;
      writeFileSync(path, JSON.stringify({ ...data, version: 2 }));
    };
    const later = { code: 'VERSION_NOT_SUPPORTED', message: /has version 2.*Upgrade this client or worker/u };
    const receipt = files.find((file) => file.endsWith('kept/receipt.json')) ?? '';
    raise(receipt);
    await assert.rejects(client.signedDocument('kept'), later);
    for (const file of files.filter((name) => /^ledger\/.*\d+\.json$/u.test(name))) raise(file);
    await assert.rejects(client.startPortalJob(await portalJob('kept')), later);
  });
});
