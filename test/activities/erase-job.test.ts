import assert from 'node:assert/strict';
import { InterceptingCall, Metadata, status, type Interceptor } from '@grpc/grpc-js';
import { Client, Connection } from '@temporalio/client';
import { createEraseJobActivity } from '@signering/activities/internal/erase-job.js';
import { signingWorkflowId } from '@signering/contract';
import { createNamespace, sharedTemporal, waitFor } from '../fixtures/index.js';
import { runActivity, startActivityStage, type ActivityStage } from './activity-stage.js';

/** Refuses to delete histories, as a namespace whose policy does not permit it. */
const withoutRight: Interceptor = (options, nextCall) => {
  const isDeletion = options.method_definition.path.endsWith('/DeleteWorkflowExecution');
  const refusal = { code: status.PERMISSION_DENIED, details: 'not permitted', metadata: new Metadata() };
  return new InterceptingCall(nextCall(options), {
    start: (metadata, listener, next) => {
      if (isDeletion) listener.onReceiveStatus(refusal);
      else next(metadata, listener);
    },
    sendMessage: (message: unknown, next: (message: unknown) => void) => {
      if (!isDeletion) next(message);
    },
    halfClose: (next) => {
      if (!isDeletion) next();
    },
  });
};

describe('the activity eraseJob', () => {
  let stage: ActivityStage;
  let connection: Connection;
  let temporal: Client;
  before(async () => {
    stage = await startActivityStage();
    const { address } = await sharedTemporal();
    const namespace = await createNamespace(address);
    connection = await Connection.connect({ address, interceptors: [withoutRight] });
    temporal = new Client({ connection, namespace });
  });
  after(async () => {
    await connection.close();
    await stage.stop();
  });

  it('erases the job where Temporal refuses to delete its history, and counts that', async () => {
    const { organizationNumber, storage } = stage;
    const key = { organizationNumber, reference: 'refused' };
    const entry = await stage.created(stage.portalJob(key.reference));
    const at = new Date().toISOString();
    const settled = { outcome: 'REJECTED', folder: 'f', settledAt: at } as const;
    await storage.ledger.advance(entry, { settled, confirmedAt: at });
    const handle = await temporal.workflow.start('waits', {
      workflowId: signingWorkflowId(organizationNumber, key.reference),
      taskQueue: 'none',
    });
    await handle.terminate();
    await waitFor(
      async () => {
        const query = `WorkflowId = '${handle.workflowId}'`;
        for await (const { status: found } of temporal.workflow.list({ query }))
          return found.name === 'TERMINATED';
        return false;
      },
      { what: 'Temporal lists the ended workflow' },
    );
    const { eraseJob } = createEraseJobActivity({ ...storage, temporal });
    const result = await runActivity(eraseJob, { ...key, reason: 'Request 4' });
    assert.deepEqual(result.histories, { deleted: 0, running: 0, refused: 1 });
    assert.equal((await storage.ledger.find(key))?.erased?.reason, 'Request 4');
    assert.equal((await handle.describe()).status.name, 'TERMINATED');
  });
});
