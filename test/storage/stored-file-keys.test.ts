import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describeEachFileStorage, type TemporaryStorage } from './temporary-storage.js';
import { RECEIPT_FACTS } from './receipt-facts.js';

const JOB = {
  organizationNumber: '910000007',
  reference: 'lease',
  signatureJobId: '42',
  createdAt: '2026-03-01T12:00:00Z',
};

describeEachFileStorage('the keys of stored files', (open) => {
  let temporary: TemporaryStorage;
  beforeEach(async () => {
    temporary = await open();
  });
  afterEach(() => temporary.remove());

  it('are read from the first bytes of each file, and a receipt has none', async function () {
    const { documents, archive, suspects, fileKeys } = temporary.storage;
    // Longer than a header, and shorter.
    await documents.put(Buffer.alloc(200_000, 1), { name: 'a.pdf', mediaType: 'application/pdf' });
    await documents.put(Buffer.from('%PDF'), { name: 'b.pdf', mediaType: 'application/pdf' });
    await suspects.keep({ job: JOB, name: 'signed.pdf', content: Buffer.from('broken') });
    const content = Readable.from([Buffer.from('%PDF')]);
    await archive.put({ job: JOB, name: 'signed.pdf', content, verify: () => Promise.resolve() });
    await archive.putReceipt(JOB, { ...RECEIPT_FACTS, ...JOB });
    const found: Record<string, number> = {};
    for await (const { area, keyId = 'clear' } of fileKeys.list()) {
      const counted = `${area} ${keyId}`;
      found[counted] = (found[counted] ?? 0) + 1;
    }
    const isEncrypted = this.test?.titlePath().join(' ').includes('encrypted') === true;
    const keyId = isEncrypted ? 'storage-1' : 'clear';
    assert.deepEqual(found, { [`documents ${keyId}`]: 2, [`archive ${keyId}`]: 1, [`suspect ${keyId}`]: 1 });
  });
});
