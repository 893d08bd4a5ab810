import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { generateKey } from '@signering/encryption';
import { createFileCipher, storedFileKeyId } from '@signering/encryption/internal/file-cipher.js';
import { openStorage, type ArchivedJob } from '@signering/storage';
import { RECEIPT_FACTS } from './receipt-facts.js';
import { requireS3Server } from '../fixtures/index.js';
import { openTemporaryBucket, openTemporaryStorage, type TemporaryFolder } from './temporary-storage.js';

const OLD = generateKey('2026-01');
const NEW = generateKey('2026-11');
const CHUNK = 64 * 1024;
const HEADER = 8 + 1 + OLD.id.length + 32;
const SEALED = CHUNK + 16;

const place = (path: string) => ({ path, damaged: (found: string) => new Error(`${path} ${found}`) });
const cipher = createFileCipher({ keys: [OLD, NEW], encrypts: true });
const sealed = (content: Uint8Array, path = 'archive/a.pdf') =>
  Buffer.from(cipher.seal(place(path), content));
const inPieces = (content: Uint8Array, size: number) =>
  Readable.from(
    Array.from({ length: Math.ceil(content.length / size) }, (_, index) =>
      content.subarray(index * size, (index + 1) * size),
    ),
  );
const openedInPieces = (stored: Uint8Array, size: number) =>
  buffer(cipher.openChunks(place('archive/a.pdf'), inPieces(stored, size)));

describe('the encryption of stored files', () => {
  it('returns the content, whole or in pieces, for sizes around the chunk size', async () => {
    for (const size of [0, 1, 90, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 5]) {
      const content = randomBytes(size);
      for (const piece of [7001, CHUNK, 5 * CHUNK]) {
        const stored = await buffer(cipher.sealChunks(place('archive/a.pdf'), inPieces(content, piece)));
        assert.deepEqual(Buffer.from(cipher.open(place('archive/a.pdf'), stored as never)), content);
        assert.deepEqual(await openedInPieces(sealed(content), piece), content);
      }
    }
  });

  it('detects every changed byte', async () => {
    const stored = sealed(randomBytes(CHUNK + 10));
    await fc.assert(
      fc.asyncProperty(fc.nat(stored.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        // Without the first bytes it is a clear file, whose digest the reader compares.
        fc.pre(at >= 8);
        const changed = Buffer.from(stored);
        changed[at]! ^= change;
        assert.throws(() => cipher.open(place('archive/a.pdf'), changed));
        await assert.rejects(openedInPieces(changed, 5000));
      }),
      { numRuns: 60 },
    );
  });

  it('detects chunks that are missing, exchanged, repeated, appended or of another file', async () => {
    const stored = sealed(randomBytes(3 * CHUNK));
    const other = sealed(randomBytes(3 * CHUNK));
    const header = stored.subarray(0, HEADER);
    const chunks = [0, 1, 2].map((index) =>
      stored.subarray(HEADER + index * SEALED, HEADER + (index + 1) * SEALED),
    );
    const [one, two, three] = chunks as [Buffer, Buffer, Buffer];
    const forged: Readonly<Record<string, readonly Uint8Array[]>> = {
      empty: [header],
      cutInHeader: [header.subarray(0, 20)],
      cutAtChunk: [header, one, two],
      cutInChunk: [header, one, two, three.subarray(0, 100)],
      first: [header, two, three],
      middle: [header, one, three],
      exchanged: [header, two, one, three],
      repeated: [header, one, one, two, three],
      appended: [header, one, two, three, three],
      headerOfOther: [other.subarray(0, HEADER), one, two, three],
      chunkOfOther: [header, one, other.subarray(HEADER + SEALED, HEADER + 2 * SEALED), three],
    };
    for (const [what, parts] of Object.entries(forged)) {
      const bytes = Buffer.concat(parts);
      assert.throws(() => cipher.open(place('archive/a.pdf'), bytes), /was changed/u, what);
      await assert.rejects(openedInPieces(bytes, 9999), /was changed/u, what);
    }
    assert.throws(() => cipher.open(place('archive/b.pdf'), stored), /archive\/b\.pdf was changed/u);
  });

  it('reads clear files and those of older keys, and names a missing key', () => {
    const stored = sealed(Buffer.from('agreement'));
    const open = (keys: readonly (typeof OLD)[], bytes: Buffer<ArrayBuffer>) =>
      Buffer.from(createFileCipher({ keys, encrypts: false }).open(place('archive/a.pdf'), bytes)).toString();
    assert.equal(storedFileKeyId(stored), OLD.id);
    assert.equal(open([NEW, OLD], stored), 'agreement');
    assert.equal(open([], Buffer.from('clear')), 'clear');
    assert.throws(() => open([NEW], stored), {
      code: 'KEY_MISMATCH',
      message: /under key "2026-01".*it has "2026-11"/u,
    });
  });

  it('encrypts content that looks like an encrypted file, also where it is off', () => {
    const clear = createFileCipher({ keys: [NEW], encrypts: false });
    const content = sealed(Buffer.from('agreement'));
    const stored = Buffer.from(clear.seal(place('suspect/a.pdf'), content));
    assert.deepEqual(Buffer.from(clear.open(place('suspect/a.pdf'), stored)), content);
  });
});

describe('an encrypted storage', () => {
  const TITLE = 'Employment agreement of Kari Nordmann';
  const JOB: ArchivedJob = {
    organizationNumber: '910000007',
    reference: 'lease',
    signatureJobId: '42',
    createdAt: '2026-03-01T12:00:00Z',
  };
  const NAMES = { name: 'lease.pdf', mediaType: 'application/pdf' };
  const CONTENT = Buffer.from(`%PDF-1.7 ${TITLE}`);
  const METADATA = { title: TITLE, documents: [], signers: [], metadata: {} };
  const archiveOf = (content: Uint8Array) => ({
    job: JOB,
    name: 'signed.pdf',
    content: Readable.from([content]),
    verify: () => Promise.resolve(),
  });
  let temporary: TemporaryFolder;
  beforeEach(async () => {
    temporary = await openTemporaryStorage({ keys: [OLD], encryptStorage: true });
  });
  afterEach(() => temporary.remove());

  const filesWithTitle = async () => {
    const entries = await readdir(temporary.root, { recursive: true, withFileTypes: true });
    const paths = entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name));
    const contents = await Promise.all(paths.map((path) => readFile(path)));
    return paths.filter((_, index) => contents[index]!.includes(TITLE) || contents[index]!.includes('%PDF'));
  };

  it('holds no content in clear, also while a download is checked; only the receipts are readable', async () => {
    const { documents, archive, suspects } = temporary.storage;
    await documents.put(CONTENT, NAMES);
    await archive.put({
      ...archiveOf(CONTENT),
      verify: async (content) => {
        assert.deepEqual(Buffer.from(content), CONTENT);
        assert.deepEqual(await filesWithTitle(), []);
      },
    });
    await suspects.keep({ job: JOB, name: 'signed.pdf', content: CONTENT });
    await archive.putMetadata(JOB, METADATA);
    await archive.putReceipt(JOB, { ...RECEIPT_FACTS, ...JOB });
    assert.deepEqual(await filesWithTitle(), []);
    const receipt = await temporary.raw.read(`archive/${archive.folderOf(JOB)}/receipt.json`);
    assert.equal((JSON.parse(receipt) as typeof JOB).reference, 'lease');
    await archive.putErasedReceipt(JOB, (await archive.readReceipt(JOB))!, { at: JOB.createdAt });
    const erased = await temporary.raw.read(`archive/${archive.folderOf(JOB)}/receipt-erased.json`);
    assert.equal((JSON.parse(erased) as typeof JOB).reference, 'lease');
  });

  it('is shared by processes with and without encryption, under an old and a new first key', async () => {
    const other = await openStorage({ location: temporary.root, keys: [NEW, OLD] });
    const rotated = await openStorage({
      location: temporary.root,
      keys: [NEW, OLD],
      encryptStorage: true,
    });
    const { storage } = temporary;
    const one = await storage.documents.put(CONTENT, NAMES);
    const two = await other.documents.put(Buffer.from('%PDF of another process'), NAMES);
    assert.deepEqual(await rotated.documents.put(CONTENT, NAMES), one, 'kept under the old key');
    for (const { documents } of [storage, other, rotated]) {
      assert.deepEqual(Buffer.from(await documents.read(one)), CONTENT);
      assert.equal(Buffer.from(await documents.read(two)).toString(), '%PDF of another process');
    }
    const { file } = await rotated.archive.put(archiveOf(CONTENT));
    assert.deepEqual((await other.archive.put(archiveOf(CONTENT))).file, file);
    await assert.rejects(other.archive.put(archiveOf(Buffer.from('other'))), { code: 'ARCHIVE_CONFLICT' });
    await assert.rejects(storage.archive.read(JOB, 'signed.pdf'), {
      code: 'KEY_MISMATCH',
      message: /under key "2026-11"/u,
    });
  });

  for (const kind of ['a folder', 'S3']) {
    it(`in ${kind} encrypts a document of two clients of which one encrypts, whichever stores it first`, async function () {
      const encryption = { keys: [OLD], encryptStorage: true };
      const place =
        kind === 'S3' ? await openTemporaryBucket(await requireS3Server(this), encryption) : temporary;
      const encrypting = place.storage.documents;
      const clear = (await openStorage({ ...place, keys: [NEW, OLD] })).documents;
      const pathOf = (sha256: string) => `documents/${sha256.slice(0, 2)}/${sha256}`;
      const isClear = async (sha256: string) => (await place.raw.read(pathOf(sha256))).includes('%PDF');
      const content = (name: string) => Buffer.from(`%PDF-1.7 ${name}`);
      const anHourAgo = new Date(Date.now() - 60 * 60 * 1000);

      for (const [first, second] of [
        [encrypting, clear],
        [clear, encrypting],
      ] as const) {
        const agreement = content(first === clear ? 'stored in clear first' : 'stored encrypted first');
        const { sha256 } = await first.put(agreement, NAMES);
        assert.equal(await isClear(sha256), first === clear);
        await place.raw.setModified(pathOf(sha256), anHourAgo);
        const document = await second.put(agreement, NAMES);
        assert.equal(await isClear(sha256), false);
        for await (const listed of second.list()) {
          if (listed.sha256 === sha256)
            assert.ok(listed.putAt > anHourAgo.toISOString(), 'retention waits anew');
        }
        for (const reader of [first, second]) {
          assert.deepEqual(Buffer.from(await reader.read(document)), agreement);
        }
      }

      const atOnce = content('stored at once');
      const puts = [clear, encrypting, clear, encrypting].map((one) => one.put(atOnce, NAMES));
      const [document] = await Promise.all(puts);
      for (const reader of [clear, encrypting]) {
        assert.deepEqual(Buffer.from(await reader.read(document!)), atOnce);
      }
      const rotated = (await openStorage({ ...place, keys: [NEW, OLD], encryptStorage: true })).documents;
      const kept = await rotated.put(content('stored encrypted first'), NAMES);
      assert.ok(await encrypting.read(kept), 'readable for a process that does not have the new key');
      const withoutKey = (await openStorage({ ...place, keys: [NEW] })).documents;
      await assert.rejects(withoutKey.put(content('stored encrypted first'), NAMES), {
        code: 'KEY_MISMATCH',
      });
    });
  }

  it('does not accept a file under the name of another', async () => {
    const { archive } = temporary.storage;
    await archive.put(archiveOf(CONTENT));
    await archive.put({ ...archiveOf(CONTENT), name: 'copy.pdf' });
    const folder = join(temporary.root, 'archive', archive.folderOf(JOB));
    const bytes = await readFile(join(folder, 'signed.pdf'));
    await temporary.raw.write(`archive/${archive.folderOf(JOB)}/copy.pdf`, bytes as never);
    await assert.rejects(archive.read(JOB, 'copy.pdf'), { code: 'STORED_CONTENT_DAMAGED' });
  });
});
