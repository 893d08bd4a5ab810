import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { streamSignedDocument } from '@signering/client/internal/signed-document.js';
import { openFileStorage } from '@signering/storage';
import { freshStorage } from '../fixtures/index.js';
import { RECEIPT_FACTS } from '../storage/receipt-facts.js';

describe('the stream of a signed document', () => {
  it('is closed when its call ends before it is open', async () => {
    const { archive, location } = await openFileStorage({ root: await freshStorage() });
    const key = { organizationNumber: '910000007', reference: 'streamed' };
    const created = { signatureJobId: '42', createdAt: '2026-03-01T10:00:00.000Z' };
    const job = { ...key, ...created };
    const content = Buffer.from('%PDF-1.7');
    await archive.put({
      job,
      name: 'signed.pdf',
      content: Readable.from([content]),
      verify: () => Promise.resolve(undefined),
    });
    const sha256 = createHash('sha256').update(content).digest('hex');
    const received = [{ name: 'signed.pdf', sha256, size: content.byteLength }];
    await archive.putReceipt(job, { ...RECEIPT_FACTS, ...job, received: received as never });
    const settled = { outcome: 'SIGNED', folder: archive.folderOf(job), settledAt: created.createdAt };
    const stop = new AbortController();
    let opened: Readable | undefined;
    const jobs = {
      findEntry: () =>
        Promise.resolve({ version: 1, revision: 1, ...key, created, settled, attempts: [] } as never),
      storage: {
        location,
        archive: {
          read: archive.read.bind(archive),
          readReceipt: archive.readReceipt.bind(archive),
          verifyFile: archive.verifyFile.bind(archive),
          folderOf: archive.folderOf.bind(archive),
          readInChunks: async (...file: Parameters<typeof archive.readInChunks>) => {
            opened = await archive.readInChunks(...file);
            stop.abort();
            return opened;
          },
        },
      },
    };
    await assert.rejects(streamSignedDocument(jobs, 'streamed', { signal: stop.signal }), {
      name: 'AbortError',
    });
    assert.ok(opened !== undefined);
    await finished(opened).catch(() => undefined);
    assert.ok(opened.destroyed);
  });
});
