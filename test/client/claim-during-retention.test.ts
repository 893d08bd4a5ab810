import assert from 'node:assert/strict';
import { claimPortalJob } from '@signering/client/internal/claim-job.js';
import { readPortalJob } from '@signering/client/internal/request/prepare-portal-job.js';
import { createJsonEncryption, generateKey } from '@signering/encryption';
import type { LedgerClaim } from '@signering/storage';
import { describeEachStorage, type TemporaryStorage } from '../storage/temporary-storage.js';
import { pdfSaying, validRequest } from './requests.js';

describeEachStorage('a claim while retention removes documents', (open) => {
  let temporary: TemporaryStorage;
  beforeEach(async () => {
    temporary = await open();
  });
  afterEach(() => temporary.remove());

  it('stores a document again that was removed after it was put, before the claim named it', async () => {
    const { storage } = temporary;
    const { ledger, documents, storageIdentity } = storage;
    const content = await pdfSaying('removed meanwhile');
    const read = await readPortalJob(validRequest(content), { pollingQueue: 'q' });
    let removed = false;
    const claim = async (wanted: LedgerClaim) => {
      // As retention does that listed the document before the put, and looked at the ledger before the claim.
      const [document] = wanted.documents;
      removed = await documents.removeUnused(document!, new Date(Date.now() + 60_000).toISOString());
      return ledger.claim(wanted);
    };
    const { entry } = await claimPortalJob(read, {
      organizationNumber: '910000007',
      storage: { ledger: { find: (key) => ledger.find(key), claim }, documents, storageIdentity },
      encryption: createJsonEncryption([generateKey('test-1')]),
    });
    assert.ok(removed, 'it was there');
    assert.deepEqual(Buffer.from(await documents.read(entry.documents[0]!)), Buffer.from(content));
  });
});
