import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { Client, Connection } from '@temporalio/client';
import { SIGNING_SEARCH_ATTRIBUTES, SIGNING_STATE } from '@signering/contract';
import { createNamespace, freshFolder, sharedTemporal, waitFor } from './index.js';

describe('what tests share', () => {
  it('one Temporal server serves the whole run', async () => {
    const [one, other] = await Promise.all([sharedTemporal(), sharedTemporal()]);
    assert.equal(one.address, other.address);
    assert.ok(existsSync(one.databaseFile));
  });

  it("a test's own namespace knows the search attributes at once", async () => {
    const { address } = await sharedTemporal();
    const namespace = await createNamespace(address);
    const connection = await Connection.connect({ address });
    const { workflow } = new Client({ connection, namespace });
    await workflow.start('anything', {
      taskQueue: 'nobody-listens',
      workflowId: 'one',
      typedSearchAttributes: [{ key: SIGNING_STATE, value: 'CREATING' }],
    });
    assert.equal(SIGNING_SEARCH_ATTRIBUTES.length, 5);
    await waitFor(async () => (await workflow.count(`SigningState = 'CREATING'`)).count === 1, {
      what: 'the workflow is found by its state',
    });
    await connection.close();
  });

  it('waiting in vain says what was awaited', async () => {
    await assert.rejects(
      waitFor(() => false, { what: 'pigs fly', withinMs: 1 }),
      /in vain: pigs fly/u,
    );
  });

  it('every fresh folder is another one', () => {
    assert.notEqual(freshFolder('a'), freshFolder('a'));
  });
});
