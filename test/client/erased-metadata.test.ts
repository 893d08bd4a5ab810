import assert from 'node:assert/strict';
import { chmod, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { resultFromReceipt } from '@signering/client/internal/job-from-receipt.js';
import { saveSignedDocuments } from '@signering/client/internal/save-signed-documents.js';
import { openFileStorage, type LedgerEntry } from '@signering/storage';
import { freshFolder } from '../fixtures/index.js';
import { RECEIPT_FACTS } from '../storage/receipt-facts.js';

const JOB = {
  organizationNumber: '910000007',
  reference: 'erased',
  signatureJobId: '42',
  createdAt: '2026-03-01T10:00:00.000Z',
};

describe('an archived job whose metadata.json', () => {
  it('was edited or erased is described by its receipt, and its documents can be saved', async () => {
    const root = freshFolder('erased-metadata');
    const storage = await openFileStorage({ root, create: true });
    const { archive } = storage;
    const metadataFile = await archive.putMetadata(JOB, {
      title: 'Lease',
      documents: [],
      signers: [],
      metadata: { caseNumber: '2026/17' },
    });
    await archive.putReceipt(JOB, { ...RECEIPT_FACTS, ...JOB, metadataFile });
    const entry = {
      ...JOB,
      created: { signatureJobId: JOB.signatureJobId, createdAt: JOB.createdAt },
      settled: { outcome: 'SIGNED', folder: archive.folderOf(JOB), settledAt: JOB.createdAt },
    } as unknown as LedgerEntry;
    const described = async () => (await resultFromReceipt(entry, archive))?.metadata;
    const saved = () =>
      saveSignedDocuments({ storage, findEntry: () => Promise.resolve(entry) }, JOB.reference, {
        folder: freshFolder('saved'),
      });
    assert.deepEqual(await described(), { caseNumber: '2026/17' });
    assert.equal((await saved()).files.length, 2);

    const path = join(root, 'archive', archive.folderOf(JOB), 'metadata.json');
    await chmod(path, 0o600);
    await writeFile(path, '{}');
    assert.equal(await described(), undefined);
    const { missing } = await saved();
    assert.deepEqual(
      missing.map(({ name }) => name),
      ['metadata.json'],
      'an edited file is reported',
    );

    await rm(path);
    assert.equal(await described(), undefined);
    const { files, missing: none } = await saved();
    assert.deepEqual([files.map(({ name }) => name), none], [['receipt.json'], []]);
  });
});
