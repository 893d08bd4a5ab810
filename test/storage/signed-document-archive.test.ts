import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import type { ArchivedJob, Receipt } from '@signering/storage';
import { RECEIPT_FACTS } from './receipt-facts.js';
import {
  describeEachFileStorage,
  openTemporaryStorage,
  type TemporaryFolder,
  type TemporaryStorage,
} from './temporary-storage.js';

const JOB: ArchivedJob = {
  organizationNumber: '910000007',
  reference: 'lease/2026 #1',
  signatureJobId: '42',
  createdAt: '2026-03-01T00:30:00+02:00',
};
const RECEIPT: Receipt = {
  ...RECEIPT_FACTS,
  organizationNumber: JOB.organizationNumber,
  reference: JOB.reference,
  signatureJobId: JOB.signatureJobId,
  createdAt: JOB.createdAt,
};
/** A lone surrogate has no UTF-8 encoding; references cannot contain one. */
const isWellFormed = (text: string) => !/\p{Surrogate}/u.test(text);
const bytes = (text: string) => Readable.from([Buffer.from(text)]);
const accept = () => Promise.resolve('seen');

describeEachFileStorage('signed document archive', (open) => {
  let temporary: TemporaryStorage;
  beforeEach(async () => {
    temporary = await open();
  });
  afterEach(() => temporary.remove());

  const folder = () => `archive/${temporary.storage.archive.folderOf(JOB)}`;
  const files = () => temporary.raw.list(folder());

  it('stores a job in a readable folder of its sender and its month in UTC', () => {
    const { archive } = temporary.storage;
    assert.equal(archive.folderOf(JOB), '910000007/2026-02/42-lease%2F2026%20%231');
    assert.equal(archive.folderOf({ ...JOB, reference: 'Bjørn..' }), '910000007/2026-02/42-Bjørn.%2E');
    // A letter of two UTF-16 code units.
    assert.equal(
      archive.folderOf({ ...JOB, reference: '\u{10400}.a..' }),
      '910000007/2026-02/42-\u{10400}.a.%2E',
    );
    assert.equal(archive.folderOf({ ...JOB, reference: '\u{10400}.' }), '910000007/2026-02/42-\u{10400}%2E');
  });

  it('uses a different folder for every reference, and none outside the archive', () => {
    const { archive } = temporary.storage;
    const reference = fc.oneof(
      fc.string({ minLength: 1, maxLength: 50, unit: 'binary' }),
      fc.string({
        minLength: 1,
        maxLength: 8,
        unit: fc.constantFrom('.', '/', '%', ':', '#', ' ', '2', 'F', '-', '~', '\\'),
      }),
    );
    const nameOf = (text: string) =>
      archive
        .folderOf({ ...JOB, reference: text })
        .split('/')
        .slice(2);
    fc.assert(
      fc.property(reference, reference, (one, other) => {
        const [name, ...rest] = nameOf(one);
        assert.deepEqual(rest, []);
        assert.match(name!, /^42-(?:[\p{L}\p{N}_-]|(?<!\.)\.(?!\.|$)|%[0-9A-F]{2}|%$)+$/u);
        if (isWellFormed(one) && isWellFormed(other)) {
          assert.equal(name === nameOf(other)[0], one === other);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('archives what it read back and verified', async () => {
    const { archive } = temporary.storage;
    const seen: string[] = [];
    const { file, verified } = await archive.put({
      job: JOB,
      name: 'signed.pdf',
      content: Readable.from([Buffer.from('signed '), Buffer.from('document')]),
      verify: async (content) => {
        seen.push(Buffer.from(content).toString());
        assert.deepEqual(await files(), []);
        return 7;
      },
    });
    assert.deepEqual(seen, ['signed document']);
    assert.equal(verified, 7);
    const sha256 = createHash('sha256').update('signed document').digest('hex');
    assert.deepEqual(file, { name: 'signed.pdf', sha256, size: 15 });
    assert.deepEqual(await files(), ['signed.pdf']);
    await archive.verifyFile(JOB, file);
  });

  it('verifies large files one at a time to bound memory', async () => {
    const { archive } = temporary.storage;
    const mostAtOnce = async (size: number): Promise<number> => {
      let atOnce = 0;
      let most = 0;
      const verify = async (content: Uint8Array): Promise<void> => {
        most = Math.max(most, (atOnce += 1));
        await files();
        atOnce -= 1;
        // A failure does not block the next file.
        if (content[0] === 49) throw new Error('refused');
      };
      const put = (index: number) => {
        const content = Readable.from([Buffer.alloc(size, String(index))]);
        return archive.put({ job: JOB, name: `${size}-${index}`, content, verify });
      };
      const answers = await Promise.allSettled([0, 1, 2].map(put));
      assert.deepEqual(
        answers.map(({ status }) => status),
        ['fulfilled', 'rejected', 'fulfilled'],
      );
      return most;
    };
    assert.equal(await mostAtOnce(32 * 1024 ** 2 + 1), 1);
  });

  it('stores nothing when the check throws', async () => {
    const refusal = new Error('broken');
    const put = temporary.storage.archive.put({
      job: JOB,
      name: 'signed.pdf',
      content: bytes('x'),
      verify: () => Promise.reject(refusal),
    });
    await assert.rejects(put, refusal);
    assert.deepEqual(await files(), []);
  });

  it('stores nothing of an interrupted download, and rethrows its error unchanged', async () => {
    const reset = Object.assign(new Error('reset'), { code: 'ECONNRESET', syscall: 'read' });
    const content = Readable.from(
      (function* () {
        yield Buffer.from('half');
        throw reset;
      })(),
    );
    const put = temporary.storage.archive.put({ job: JOB, name: 'signed.pdf', content, verify: accept });
    await assert.rejects(put, reset);
    assert.deepEqual(await files(), []);
  });

  it('accepts identical bytes again, and never overwrites with others', async () => {
    const { archive } = temporary.storage;
    const put = (text: string) =>
      archive.put({ job: JOB, name: 'signed.pdf', content: bytes(text), verify: accept });
    const first = await put('one');
    assert.deepEqual(await put('one'), first);
    await assert.rejects(put('two'), { code: 'ARCHIVE_CONFLICT', retryable: false });
    assert.equal(Buffer.from((await archive.read(JOB, 'signed.pdf')) ?? []).toString(), 'one');
    assert.deepEqual(await files(), ['signed.pdf']);
  });

  it('reads a file whole and in chunks, and says that there is none', async () => {
    const { archive } = temporary.storage;
    const content = Buffer.alloc(300_000, 'signed');
    await archive.put({ job: JOB, name: 'signed.pdf', content: Readable.from([content]), verify: accept });
    assert.deepEqual(Buffer.from((await archive.read(JOB, 'signed.pdf')) ?? []), content);
    const stream = await archive.readInChunks(JOB, 'signed.pdf');
    assert.ok(stream !== undefined);
    assert.deepEqual(await buffer(stream), content);
    assert.equal(await archive.read(JOB, 'xades-1.xml'), undefined);
    assert.equal(await archive.readInChunks(JOB, 'xades-1.xml'), undefined);
    assert.equal(await archive.find(JOB, 'xades-1.xml'), undefined);
  });

  it('withdraws a document of a job without a receipt, and no other', async () => {
    const { archive } = temporary.storage;
    const put = (text: string) =>
      archive.put({ job: JOB, name: 'xades-1.xml', content: bytes(text), verify: accept });
    await put('of another signer');
    await archive.withdraw(JOB, 'xades-1.xml');
    await archive.withdraw(JOB, 'xades-1.xml');
    assert.deepEqual(await files(), []);
    await put('of this signer');
    await archive.putReceipt(JOB, RECEIPT);
    await assert.rejects(archive.withdraw(JOB, 'xades-1.xml'), { code: 'ARCHIVE_CONFLICT' });
  });

  it('accepts one of many concurrent writers', async () => {
    const { archive } = temporary.storage;
    const answers = await Promise.allSettled(
      Array.from({ length: 10 }, (_, index) =>
        archive.put({ job: JOB, name: 'signed.pdf', content: bytes(String(index)), verify: accept }),
      ),
    );
    assert.equal(answers.filter(({ status }) => status === 'fulfilled').length, 1);
    assert.deepEqual(await files(), ['signed.pdf']);
  });

  it('detects a changed file and a missing one', async () => {
    const { archive } = temporary.storage;
    const { file } = await archive.put({
      job: JOB,
      name: 'xades-1.xml',
      content: bytes('a'),
      verify: accept,
    });
    await assert.rejects(archive.verifyFile(JOB, { ...file, name: 'xades-2.xml' }), {
      code: 'DOCUMENT_MISSING',
    });
    await temporary.raw.write(`${folder()}/xades-1.xml`, 'b');
    await assert.rejects(archive.verifyFile(JOB, file), { code: 'STORED_CONTENT_DAMAGED' });
  });

  it('writes the receipt once; the same receipt with another member order is no conflict', async () => {
    const { archive } = temporary.storage;
    assert.equal(await archive.readReceipt(JOB), undefined);
    await archive.putReceipt(JOB, RECEIPT);
    await archive.putReceipt(
      JOB,
      Object.fromEntries(Object.entries(RECEIPT).reverse()) as unknown as Receipt,
    );
    assert.deepEqual(await archive.readReceipt(JOB), RECEIPT);
    await assert.rejects(archive.putReceipt(JOB, { ...RECEIPT, outcome: 'FAILED' }), {
      code: 'ARCHIVE_CONFLICT',
    });
    assert.deepEqual(await archive.readReceipt(JOB), RECEIPT);
  });

  it('writes metadata once, with a salt, and reports damage', async () => {
    const { archive } = temporary.storage;
    const described = {
      title: 'Lease',
      documents: [{ name: 'lease.pdf', sha256: 'a'.repeat(64), title: 'The lease' }],
      signers: [{ signer: 1, signatureType: 'ADVANCED_ELECTRONIC_SIGNATURE' }],
      requiredAuthentication: 4,
      verification: {
        verifiedAt: '2026-03-01T11:00:00.000Z',
        verifiedBy: RECEIPT_FACTS.software,
        documents: [{ name: 'signed.pdf', sha256: 'b'.repeat(64), result: 'INTACT', pdfaLevel: '2B' }],
      },
      metadata: { caseNumber: '2026/17' },
    } as const;
    assert.equal(await archive.readMetadata(JOB), undefined);
    const file = await archive.putMetadata(JOB, described);
    assert.deepEqual(await archive.putMetadata(JOB, described), file, 'a retry keeps the first salt');
    const verification = { ...described.verification, verifiedAt: '2026-03-02T11:00:00.000Z' };
    assert.deepEqual(
      await archive.putMetadata(JOB, { ...described, verification }),
      file,
      'the first stands',
    );
    await archive.verifyFile(JOB, file);
    const path = `${folder()}/metadata.json`;
    assert.deepEqual(await archive.readMetadata(JOB), described);
    await assert.rejects(archive.putMetadata(JOB, { ...described, metadata: {} }), {
      code: 'ARCHIVE_CONFLICT',
    });
    const other = await archive.putMetadata({ ...JOB, signatureJobId: '43' }, described);
    assert.notEqual(other.sha256, file.sha256, 'equal metadata of two jobs have different digests');
    const text = Buffer.from((await archive.read(JOB, 'metadata.json')) ?? []).toString();
    // A later version adds members.
    await temporary.raw.write(path, text.replace('"title"', '"later": "member",\n  "title"'));
    assert.deepEqual(await archive.readMetadata(JOB), described);
    await temporary.raw.write(path, text.replace('"version": 1', '"version": 2'));
    await assert.rejects(archive.readMetadata(JOB), { code: 'VERSION_NOT_SUPPORTED' });
    await temporary.raw.write(path, '{');
    await assert.rejects(archive.readMetadata(JOB), { code: 'STORED_CONTENT_DAMAGED' });
  });

  it('keeps the first receipt when a retry or another release writes the same facts', async () => {
    const { archive } = temporary.storage;
    assert.deepEqual(await archive.putReceipt(JOB, RECEIPT), RECEIPT);
    const later = {
      ...RECEIPT,
      startedAt: '2026-03-02T09:00:00.000Z',
      archivedAt: '2026-03-02T11:00:00.000Z',
      software: { name: 'signering-workflows', version: '9.0.0' },
    };
    assert.deepEqual(await archive.putReceipt(JOB, later), RECEIPT);
    await assert.rejects(archive.putReceipt(JOB, { ...later, contentDigest: 'd'.repeat(64) }), {
      code: 'ARCHIVE_CONFLICT',
    });
    assert.deepEqual(await archive.readReceipt(JOB), RECEIPT);
  });
});

describe('signed document archive in a folder', () => {
  let temporary: TemporaryFolder;
  beforeEach(async () => {
    temporary = await openTemporaryStorage();
  });
  afterEach(() => temporary.remove());

  it('makes its files read-only, and for their owner only', async () => {
    const { archive } = temporary.storage;
    const folder = join(temporary.root, 'archive', ...archive.folderOf(JOB).split('/'));
    await archive.put({ job: JOB, name: 'signed.pdf', content: bytes('x'), verify: accept });
    await archive.putMetadata(JOB, { title: 'Lease', documents: [], signers: [], metadata: {} });
    for (const name of ['signed.pdf', 'metadata.json']) {
      assert.equal((await stat(join(folder, name))).mode & 0o777, 0o400);
    }
  });
});
