import assert from 'node:assert/strict';
import { Batches, type BatchResultsOptions } from '@signering/client/internal/batches/batches.js';
import { createJsonEncryption, generateKey } from '@signering/encryption';
import { openFileStorage } from '@signering/storage';
import { freshFolder } from '../../fixtures/run-folder.js';

const BATCH = { organizationNumber: '910000007', reference: 'leases' };

describe('the results of a batch', () => {
  it('are those of some rows, without a look at the jobs of others', async () => {
    const storage = await openFileStorage({ root: freshFolder('results'), create: true });
    const { batches: stored, documents, storageIdentity, ledger } = storage;
    const references = Array.from({ length: 40 }, (_, index) => `row-${index + 1}`);
    const rows = references.map((reference, index) => ({ reference, row: index + 2 }));
    const list = await stored.addRows(BATCH, rows);
    await stored.record(BATCH, { event: 'RELEASED', at: new Date().toISOString(), lists: [list] });
    const looked: string[] = [];
    const batches = new Batches({
      organizationNumber: BATCH.organizationNumber,
      storage: {
        batches: stored,
        documents,
        storageIdentity,
        ledger: {
          find: (key) => {
            looked.push(key.reference);
            return ledger.find(key);
          },
          claim: (claim, options) => ledger.claim(claim, options),
        },
      },
      encryption: createJsonEncryption([generateKey('test-1')]),
      bounded: (_, action) => action(undefined),
      signalBatch: () => Promise.resolve(),
    });
    const referencesOf = async (options: BatchResultsOptions): Promise<readonly string[]> => {
      const found: string[] = [];
      for await (const { reference } of batches.results('leases', options)) found.push(reference);
      return found;
    };
    const some = ['row-31', 'row-32', 'row-33'];
    assert.deepEqual(await referencesOf({ offset: 30, limit: 3 }), some);
    assert.deepEqual(looked, some);
    assert.deepEqual(await referencesOf({ row: 3 }), ['row-2']);
    assert.deepEqual(await referencesOf({}), references);
    assert.deepEqual(await referencesOf({ offset: 40 }), []);
    await assert.rejects(referencesOf({ signal: AbortSignal.abort() }), { name: 'AbortError' });
  });
});
