import assert from 'node:assert/strict';
import { Client, Connection } from '@temporalio/client';
import { entryFaultOf } from '@signering/activities/internal/entry-fault.js';
import { SigningError, type KnownErrorCode } from '@signering/schema';
import { StorageUnavailableError } from '@signering/storage/internal/errors.js';
import { createNamespace, sharedTemporal } from '../fixtures/index.js';

const errorOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => assert.fail('it succeeded'),
    (error: unknown) => error,
  );

/** As the gRPC library makes them. */
const grpcError = (code: number, details: string): Error =>
  new Error('Failed to signal Workflow', {
    cause: Object.assign(new Error(`${code}: ${details}`), { code, details, metadata: {} }),
  });

describe('entryFaultOf', () => {
  const OF_ALL: readonly KnownErrorCode[] = [
    'STORAGE_UNAVAILABLE',
    'STORAGE_MISMATCH',
    'TEMPORAL_UNAVAILABLE',
    'SERVICE_UNAVAILABLE',
    'LEDGER_CONFLICT',
  ];
  for (const code of OF_ALL) {
    it(`is undefined for ${code}, which affects every change`, () => {
      assert.equal(entryFaultOf(new SigningError(code, 'away')), undefined);
    });
  }

  it('gives a code for a ledger entry of a later version, for a damaged one, and for a form that the delivery cannot handle', () => {
    const damaged = new SigningError('STORED_CONTENT_DAMAGED', 'damaged');
    assert.equal(entryFaultOf(damaged), 'STORED_CONTENT_DAMAGED');
    const later = new SigningError('VERSION_NOT_SUPPORTED', 'later');
    assert.equal(entryFaultOf(later), 'VERSION_NOT_SUPPORTED');
    const incomplete = new SigningError('DOCUMENT_MISSING', 'incomplete archive');
    assert.equal(entryFaultOf(incomplete), 'DOCUMENT_MISSING');
    assert.equal(entryFaultOf(new SigningError('KEY_MISMATCH', 'no key')), 'KEY_MISMATCH');
    const refused = { attempt: 'read an entry', reason: 'no permission', nextStep: 'Give it.' };
    assert.equal(entryFaultOf(new StorageUnavailableError(refused)), undefined);
    const ofOne = new StorageUnavailableError({ ...refused, isOfOneEntry: true });
    assert.equal(entryFaultOf(ofOne), 'STORAGE_UNAVAILABLE');
    assert.equal(entryFaultOf(new TypeError('signatures is undefined')), 'STATUS_CHANGE_UNDELIVERABLE');
  });

  for (const [fault, error, expected] of [
    ['has had its limit of signals', grpcError(3, 'exceeded workflow execution limit'), true],
    ['is busy', grpcError(8, 'Workflow is busy.'), true],
    ['is one of a namespace with too many calls', grpcError(8, 'namespace rate limit exceeded'), false],
    ['is on a server that is away', grpcError(14, 'No connection established'), false],
    ['is on a server that does not answer in time', grpcError(4, 'Deadline exceeded'), false],
    ['is in a namespace that refuses us', grpcError(7, 'Request unauthorized.'), false],
  ] as const) {
    it(`${expected ? 'gives a code' : 'is undefined'} for a workflow that ${fault}`, () => {
      assert.equal(entryFaultOf(error), expected ? 'STATUS_CHANGE_UNDELIVERABLE' : undefined);
    });
  }

  it('distinguishes the errors of a real server', async () => {
    const { address } = await sharedTemporal();
    const namespace = await createNamespace(address);
    const connection = await Connection.connect({ address });
    try {
      const { workflow } = new Client({ connection, namespace });
      const started = await workflow.start('nothing', { workflowId: 'one', taskQueue: 'none' });
      // More than the server takes as one payload.
      const tooLarge = await errorOf(started.signal('statusChange', 'x'.repeat(3_000_000)));
      assert.equal(entryFaultOf(tooLarge), 'STATUS_CHANGE_UNDELIVERABLE');

      const elsewhere = new Client({ connection, namespace: 'there-is-none' }).workflow;
      assert.equal(entryFaultOf(await errorOf(elsewhere.getHandle('one').signal('statusChange'))), undefined);
    } finally {
      await connection.close();
    }
  });
});
