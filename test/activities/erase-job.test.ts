import assert from 'node:assert/strict';
import { InterceptingCall, Metadata, status, type Interceptor } from '@grpc/grpc-js';
import { Client, Connection } from '@temporalio/client';
import { createEraseJobActivity } from '@signering/activities/internal/erase-job.js';
import { signingWorkflowId } from '@signering/contract';
import type { LedgerEntry, LegalHolds } from '@signering/storage';
import { createNamespace, sharedTemporal, waitFor } from '../fixtures/index.js';
import { CLAIMED_INPUT } from '../storage/encrypted-input.js';
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

  const keyOf = (reference: string) => ({ organizationNumber: stage.organizationNumber, reference });
  const erase = (
    reference: string,
    {
      senders = [stage.organizationNumber],
      ...parts
    }: { readonly senders?: string[]; holds?: LegalHolds } = {},
  ) => {
    const dependencies = { ...stage.storage, ...parts, temporal, senders: new Set(senders) };
    const { eraseJob } = createEraseJobActivity(dependencies);
    return runActivity(eraseJob, { ...keyOf(reference), reason: 'Request 4' });
  };

  it('refuses a job of a sender that the settings do not name', async () => {
    const { ledger } = stage.storage;
    const entry = await stage.created(stage.portalJob('foreign'));
    const at = new Date().toISOString();
    const settled = { outcome: 'REJECTED', folder: 'f', settledAt: at } as const;
    await ledger.advance(entry, { settled, confirmedAt: at });
    await assert.rejects(erase('foreign', { senders: [] }), { code: 'SENDER_NOT_ALLOWED' });
    assert.equal((await ledger.find(keyOf('foreign')))?.erasing, undefined);
  });

  it('leaves the job as it was when a hold is placed after the erasure has looked for one', async () => {
    const { ledger, holds } = stage.storage;
    const key = keyOf('held');
    const entry = await stage.created(stage.portalJob('held'));
    const at = new Date().toISOString();
    const settled = { outcome: 'REJECTED', folder: 'f', settledAt: at } as const;
    await ledger.advance(entry, { settled, confirmedAt: at });
    const place = () => holds.place({ ...key, reason: 'Case 4', at });
    const meanwhile: LegalHolds = {
      place,
      find: async (one) => {
        const found = await holds.find(one);
        await place();
        return found;
      },
      preclude: (one, erasure) => holds.preclude(one, erasure),
      release: (release) => holds.release(release),
      list: () => holds.list(),
    };
    await assert.rejects(erase('held', { holds: meanwhile }), { code: 'JOB_ON_HOLD' });
    const kept = await ledger.find(key);
    assert.equal(kept?.erasing ?? kept?.erased, undefined);
    assert.equal((await holds.find(key))?.reason, 'Case 4');

    // A worker that was killed after it had recorded the intent, before it precluded holds.
    await ledger.advance(kept!, { erasing: { at, duplicates: [] } });
    await assert.rejects(erase('held'), { code: 'JOB_ON_HOLD' });
    assert.equal((await ledger.find(key))?.erasing, undefined);
    await holds.release({ ...key, at });
    await erase('held');
    assert.ok((await ledger.find(key))?.erased);
    await assert.rejects(place(), { code: 'JOB_ERASED' });
  });

  it('removes a document that an open job needed when it is repeated after the end of that job', async () => {
    const { documents, ledger } = stage.storage;
    const names = { name: 'a.pdf', mediaType: 'application/pdf' } as const;
    const document = await documents.put(Buffer.from('of two jobs'), names);
    const claim = {
      flow: 'PORTAL',
      contentDigest: 'a'.repeat(64),
      ...CLAIMED_INPUT,
      documents: [document],
    } as const;
    const end = async (entry: LedgerEntry) => {
      const at = new Date().toISOString();
      const settled = { outcome: 'REJECTED', folder: 'f', settledAt: at } as const;
      await ledger.advance(entry, { settled, confirmedAt: at });
    };
    await end(await ledger.claim({ ...claim, ...keyOf('shares') }));
    const open = await ledger.claim({ ...claim, ...keyOf('open') });
    for (const _ of [1, 2]) assert.equal((await erase('shares')).keptDocuments, 1);
    assert.equal(await documents.has(document), true);
    await end(open);
    assert.equal((await erase('shares')).keptDocuments, 0);
    assert.equal(await documents.has(document), false);
    const erased = await ledger.find(keyOf('shares'));
    assert.deepEqual(erased?.documents, []);
    assert.ok(erased.erased);
  });

  it('erases the job where Temporal refuses to delete its history, and counts that', async () => {
    const { organizationNumber, storage } = stage;
    const key = keyOf('refused');
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
    const result = await erase(key.reference);
    assert.deepEqual(result.histories, { deleted: 0, running: 0, refused: 1 });
    assert.equal((await storage.ledger.find(key))?.erased?.reason, 'Request 4');
    assert.equal((await handle.describe()).status.name, 'TERMINATED');
  });
});
