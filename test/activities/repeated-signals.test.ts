import assert from 'node:assert/strict';
import { Client, Connection, WorkflowNotFoundError } from '@temporalio/client';
import { RepeatedSignals } from '@signering/activities/internal/repeated-signals.js';
import { createNamespace, sharedTemporal } from '../fixtures/index.js';

const CHANGE = { signatureJobId: '1', status: 'COMPLETED_SUCCESSFULLY' } as const;

describe('a change that is delivered repeatedly without a confirmation', () => {
  it('is signalled six times to one run, and again after a difference or in another run', async () => {
    const { address } = await sharedTemporal();
    const namespace = await createNamespace(address);
    const connection = await Connection.connect({ address });
    try {
      const { workflow } = new Client({ connection, namespace });
      const start = () => workflow.start('waits', { workflowId: 'waits', taskQueue: 'none' });
      const handle = workflow.getHandle('waits');
      const repeated = new RepeatedSignals();
      const deliver = async (change: typeof CHANGE & { readonly reference?: string }, times: number) => {
        const needed: boolean[] = [];
        for (let time = 0; time < times; time += 1) needed.push(await repeated.isNeeded(change, handle));
        return needed.filter(Boolean).length;
      };
      await start();
      assert.equal(await deliver(CHANGE, 20), 6);
      assert.equal(await deliver({ ...CHANGE, reference: 'A-1' }, 20), 6);
      await handle.terminate();
      await start();
      assert.equal(await deliver({ ...CHANGE, reference: 'A-1' }, 20), 6);

      const unknown = workflow.getHandle('unknown');
      await assert.rejects(
        repeated.isNeeded({ ...CHANGE, reference: 'A-1' }, unknown),
        WorkflowNotFoundError,
      );
    } finally {
      await connection.close();
    }
  });
});
