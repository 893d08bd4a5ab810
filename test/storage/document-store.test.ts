import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmod, readdir, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import type { StoredDocument } from '@signering/storage';
import {
  describeEachFileStorage,
  openTemporaryStorage,
  type TemporaryFolder,
  type TemporaryStorage,
} from './temporary-storage.js';

const PDF = { name: 'contract.pdf', mediaType: 'application/pdf' };

async function listed({ storage }: TemporaryStorage): Promise<readonly StoredDocument[]> {
  const documents: StoredDocument[] = [];
  for await (const document of storage.documents.list()) documents.push(document);
  return documents;
}

describeEachFileStorage('document store', (open) => {
  let temporary: TemporaryStorage;
  beforeEach(async () => {
    temporary = await open();
  });
  afterEach(() => temporary.remove());

  it('returns the stored bytes, for any content', async () => {
    const { documents } = temporary.storage;
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 5000 }), async (content) => {
        const document = await documents.put(content, PDF);
        assert.equal(document.sha256, createHash('sha256').update(content).digest('hex'));
        assert.deepEqual(document, { ...PDF, sha256: document.sha256, size: content.byteLength });
        assert.deepEqual(Buffer.from(await documents.read(document)), Buffer.from(content));
      }),
      { numRuns: 50 },
    );
  });

  it('stores identical bytes once, under any name', async () => {
    const { documents } = temporary.storage;
    const content = Buffer.from('the same');
    const [one, other] = await Promise.all([
      documents.put(content, PDF),
      documents.put(content, { ...PDF, name: 'other.pdf' }),
    ]);
    assert.equal(one.sha256, other.sha256);
    assert.deepEqual(await temporary.raw.list('documents'), [`${one.sha256.slice(0, 2)}/${one.sha256}`]);
  });

  it('reports a missing document and an invalid digest', async () => {
    const { documents } = temporary.storage;
    const missing = { code: 'DOCUMENT_MISSING', retryable: false };
    await assert.rejects(documents.read({ sha256: '0'.repeat(64), size: 1 }), missing);
    await assert.rejects(documents.read({ sha256: '../../etc/passwd', size: 1 }), missing);
  });

  it('lists documents with their time, which storing again renews', async () => {
    const { documents } = temporary.storage;
    const content = Buffer.from('kept for long');
    const { sha256, size } = await documents.put(content, PDF);
    const other = await documents.put(Buffer.from('another'), PDF);
    await temporary.raw.write('documents/aa/notes.txt', 'no document');
    const put = new Date('2026-03-01T12:00:00.000Z');
    await temporary.raw.setModified(`documents/${sha256.slice(0, 2)}/${sha256}`, put);
    const all = await listed(temporary);
    assert.deepEqual(new Set(all.map((one) => one.sha256)), new Set([sha256, other.sha256]));
    assert.deepEqual(
      all.find((one) => one.sha256 === sha256),
      {
        sha256,
        size: await temporary.raw.size(`documents/${sha256.slice(0, 2)}/${sha256}`),
        putAt: put.toISOString(),
      },
    );
    const before = Math.floor(Date.now() / 1000) * 1000;
    await documents.put(content, PDF);
    const renewed = (await listed(temporary)).find((one) => one.sha256 === sha256);
    assert.ok(Date.parse(renewed?.putAt ?? '') >= before, renewed?.putAt);
    assert.equal(Buffer.from(await documents.read({ sha256, size })).toString(), 'kept for long');
  });

  it('removes a document only if it was not stored since', async () => {
    const { documents } = temporary.storage;
    const content = Buffer.from('sent long ago');
    const document = await documents.put(content, PDF);
    const path = `documents/${document.sha256.slice(0, 2)}/${document.sha256}`;
    await temporary.raw.setModified(path, new Date('2026-03-01T12:00:00.000Z'));
    assert.equal(await documents.removeUnused(document, '2026-03-01T12:00:00.000Z'), false);
    await documents.put(content, PDF);
    assert.equal(await documents.removeUnused(document, '2026-03-02T12:00:00.000Z'), false);
    assert.equal(await documents.has(document), true);
    await temporary.raw.setModified(path, new Date('2026-03-01T12:00:00.000Z'));
    assert.equal(await documents.removeUnused(document, '2026-03-02T12:00:00.000Z'), true);
    assert.equal(await documents.has(document), false);
    assert.equal(await documents.removeUnused(document, '2026-03-02T12:00:00.000Z'), false);
    await assert.rejects(documents.read(document), { code: 'DOCUMENT_MISSING' });
  });

  it('detects damage, and repairs it when the document is stored again', async () => {
    const { documents } = temporary.storage;
    const content = Buffer.from('whole');
    const document = await documents.put(content, PDF);
    await temporary.raw.write(`documents/${document.sha256.slice(0, 2)}/${document.sha256}`, 'whale');
    await assert.rejects(documents.read(document), { code: 'STORED_CONTENT_DAMAGED' });
    await documents.put(content, PDF);
    assert.equal(Buffer.from(await documents.read(document)).toString(), 'whole');
  });
});

describe('document store in a folder', () => {
  let temporary: TemporaryFolder;
  beforeEach(async () => {
    temporary = await openTemporaryStorage();
  });
  afterEach(() => temporary.remove());

  const pathOf = (sha256: string) => join(temporary.root, 'documents', sha256.slice(0, 2), sha256);

  it('makes its files read-only', async () => {
    const { sha256 } = await temporary.storage.documents.put(Buffer.from('x'), PDF);
    assert.equal((await stat(pathOf(sha256))).mode & 0o777, 0o400);
  });

  it('removes temporary files of ended processes, and keeps those of running ones', async () => {
    const { documents } = temporary.storage;
    const content = Buffer.from('swept');
    const { sha256 } = await documents.put(content, PDF);
    const folder = join(pathOf(sha256), '..');
    const uuid = '00000000-0000-4000-8000-000000000000';
    const elsewhere = `.00000000-1-${uuid}.tmp`;
    const young = `.00000001-1-${uuid}.tmp`;
    await writeFile(join(folder, elsewhere), 'half');
    await writeFile(join(folder, young), 'half');
    await utimes(join(folder, elsewhere), new Date(0), new Date(0));
    await chmod(pathOf(sha256), 0o600);
    await writeFile(pathOf(sha256), 'damaged');
    await documents.put(content, PDF);
    assert.deepEqual((await readdir(folder)).sort(), [young, sha256].sort());
  });
});
