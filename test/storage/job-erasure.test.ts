import assert from 'node:assert/strict';
import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { isErasable, type ArchivedJob, type LedgerEntry, type Storage } from '@signering/storage';
import { CLAIMED_INPUT } from './encrypted-input.js';
import { RECEIPT_FACTS } from './receipt-facts.js';
import { archive, CLAIM as CLAIM_IN_S3, JOB as JOB_IN_S3, S3Stage } from './s3-stage.js';
import {
  describeEachStorage,
  openTemporaryStorage,
  type RawFiles,
  type TemporaryStorage,
} from './temporary-storage.js';

const AT = '2026-03-01T12:00:00.000Z';
const HOUR_MS = 60 * 60 * 1000;
const JOB: ArchivedJob = {
  organizationNumber: '910000007',
  reference: 'lease/2026 #1',
  signatureJobId: '42',
  createdAt: AT,
};
const CLAIM = {
  organizationNumber: JOB.organizationNumber,
  reference: JOB.reference,
  flow: 'PORTAL',
  pollingQueue: 'q',
  contentDigest: 'a'.repeat(64),
  ...CLAIMED_INPUT,
} as const;
const ERASURE = { at: '2026-05-01T12:00:00.000Z', by: 'ola', reason: 'Request 4', duplicates: ['43'] };

/** The names of an entry's revisions that have a content. */
async function filledRevisions(raw: RawFiles): Promise<readonly string[]> {
  const folder = `ledger/${JOB.organizationNumber}/references`;
  const filled: string[] = [];
  for (const path of await raw.list(folder)) {
    if ((await raw.size(`${folder}/${path}`)) > 0) filled.push(path.split('/').at(-1) ?? '');
  }
  return filled;
}

/** A settled and confirmed entry. */
async function settledEntry({ ledger, archive: archived }: Storage, entry: LedgerEntry, job: ArchivedJob) {
  const created = {
    signatureJobId: job.signatureJobId,
    createdAt: job.createdAt,
    maskedSigners: ['01*********'],
    cancellationUrl: 'https://example.com/cancel',
  };
  const settled = { outcome: 'SIGNED', folder: archived.folderOf(job), settledAt: AT } as const;
  return ledger.advance(await ledger.advance(entry, { created }), { settled, confirmedAt: AT });
}

describeEachStorage('the erasure of a job', (open) => {
  let temporary: TemporaryStorage;
  beforeEach(async () => {
    temporary = await open();
  });
  afterEach(() => temporary.remove());

  const put = (job: ArchivedJob, name: string) =>
    temporary.storage.archive.put({
      job,
      name,
      content: Readable.from([Buffer.from(name)]),
      verify: () => Promise.resolve(undefined),
    });

  it('removes archive, suspects and those of duplicates, and keeps a receipt without personal data', async () => {
    const { storage } = temporary;
    const entry = await settledEntry(storage, await storage.ledger.claim(CLAIM), JOB);
    const duplicate = { ...JOB, duplicateJobId: '43' };
    for (const job of [JOB, duplicate]) {
      await put(job, 'signed.pdf');
      await storage.suspects.keep({ job, name: 'signed.pdf', content: Buffer.from('junk') });
    }
    const signer = {
      signer: 1,
      maskedIdentifier: '01*********',
      order: 0,
      status: 'SIGNED',
      since: AT,
    } as const;
    const sent = [
      { name: 'kari.pdf', mediaType: 'application/pdf', sha256: 'd'.repeat(64), size: 1 },
    ] as const;
    await storage.archive.putReceipt(JOB, { ...RECEIPT_FACTS, ...JOB, signers: [signer], sent });
    assert.deepEqual(await storage.erasure.listDuplicates(entry), ['43']);

    // Twice: an interrupted erasure is repeated.
    for (const _ of [1, 2]) assert.deepEqual(await storage.erasure.removeArchive(entry, ERASURE), []);
    const folder = `archive/${storage.archive.folderOf(JOB)}`;
    assert.deepEqual(await temporary.raw.list(folder), ['receipt-erased.json']);
    assert.deepEqual(await temporary.raw.list('suspect'), []);
    const receipt = JSON.parse(await temporary.raw.read(`${folder}/receipt-erased.json`)) as object;
    assert.deepEqual(receipt, {
      version: 1,
      flow: 'PORTAL',
      organizationNumber: JOB.organizationNumber,
      reference: JOB.reference,
      signatureJobId: '42',
      outcome: 'SIGNED',
      signers: [{ signer: 1, status: 'SIGNED', since: AT }],
      sent: [{ mediaType: 'application/pdf', size: 1 }],
      received: [],
      startedAt: RECEIPT_FACTS.startedAt,
      createdAt: AT,
      archivedAt: RECEIPT_FACTS.archivedAt,
      software: RECEIPT_FACTS.software,
      erased: { at: ERASURE.at, by: 'ola', reason: 'Request 4' },
    });
  });

  it('removes documents to sign, except those that other jobs need', async () => {
    const { documents, ledger, erasure } = temporary.storage;
    const names = { name: 'a.pdf', mediaType: 'application/pdf' } as const;
    const own = await documents.put(Buffer.from('own'), names);
    const shared = await documents.put(Buffer.from('shared'), names);
    const entry = await ledger.claim({ ...CLAIM, documents: [own, shared] });
    const search = { shared: new Set([shared.sha256]), searchedAt: Date.now() };
    const { left, retained } = await erasure.removeDocuments(entry, search);
    assert.deepEqual(left, [shared]);
    assert.deepEqual(retained, []);
    assert.deepEqual([await documents.has(own), await documents.has(shared)], [false, true]);
  });

  it('keeps a document that was stored again and whose new job may not be claimed yet', async () => {
    const { storage, raw } = temporary;
    const { documents, ledger, erasure } = storage;
    const document = await documents.put(Buffer.from('own'), { name: 'a.pdf', mediaType: 'application/pdf' });
    const { sha256 } = document;
    const entry = await ledger.claim({ ...CLAIM, documents: [document] });
    const searchedAt = Date.now() + 3 * HOUR_MS;
    for (const [hoursBefore, isKept] of [
      [-0.5, true],
      [0.5, true],
      [1.5, false],
    ] as const) {
      const storedAt = new Date(searchedAt - hoursBefore * HOUR_MS);
      await raw.setModified(`documents/${sha256.slice(0, 2)}/${sha256}`, storedAt);
      const { left } = await erasure.removeDocuments(entry, { shared: new Set(), searchedAt });
      assert.deepEqual([left.length === 1, await documents.has(document)], [isKept, isKept]);
    }
  });

  it('leaves the content of one revision of the ledger entry, with which the reference stays taken', async () => {
    const { storage, raw } = temporary;
    const { ledger } = storage;
    let entry = await settledEntry(storage, await ledger.claim(CLAIM), JOB);
    entry = await ledger.advance(entry, { erasing: ERASURE });
    await assert.rejects(ledger.claim(CLAIM), { code: 'JOB_ERASED' });
    assert.deepEqual(await ledger.erase(entry, ERASURE, []), []);
    const erased = await ledger.find(CLAIM);
    assert.deepEqual(erased, {
      version: 1,
      revision: 5,
      organizationNumber: JOB.organizationNumber,
      reference: JOB.reference,
      flow: 'PORTAL',
      pollingQueue: 'q',
      documents: [],
      claimedAt: erased?.claimedAt,
      attempts: [],
      created: { signatureJobId: '42', createdAt: AT },
      settled: entry.settled,
      confirmedAt: AT,
      erased: ERASURE,
    });
    assert.deepEqual(await filledRevisions(raw), ['5.json']);
    await ledger.erase(erased, ERASURE, []);
    assert.deepEqual(await ledger.find(CLAIM), erased, 'a repeated erasure changes nothing');
    assert.equal(
      (await ledger.findByJobId(JOB.organizationNumber, 'PORTAL', '42'))?.reference,
      JOB.reference,
    );
    await assert.rejects(ledger.claim(CLAIM), { code: 'JOB_ERASED', retryable: false });
    for await (const { position } of ledger.unsettled()) assert.fail(position);
  });

  it('is not undone by a process that read the entry before it', async () => {
    const { storage, raw } = temporary;
    const { ledger } = storage;
    const claimed = await ledger.claim(CLAIM);
    const settled = await settledEntry(storage, claimed, JOB);
    const erasing = await ledger.advance(settled, { erasing: ERASURE });
    await ledger.erase(erasing, ERASURE, []);
    for (const stale of [claimed, settled])
      await assert.rejects(ledger.advance(stale, { documentsDeletedAt: AT }), { code: 'LEDGER_CONFLICT' });
    assert.ok((await ledger.find(CLAIM))?.erased);
    assert.deepEqual(await filledRevisions(raw), ['5.json']);
  });

  it('is for jobs that have ended or were never created', async () => {
    const { storage } = temporary;
    const { ledger } = storage;
    let entry = await ledger.claim(CLAIM);
    assert.equal(isErasable(entry), false, 'claimed');
    const attempt = { attempt: 1, startedAt: AT };
    const abandoned = { abandonedAt: AT };
    assert.equal(isErasable({ ...entry, abandoned, attempts: [{ ...attempt, outcome: 'REFUSED' }] }), true);
    assert.equal(isErasable({ ...entry, abandoned, attempts: [attempt] }), false, 'it may have been created');
    entry = await settledEntry(storage, entry, JOB);
    assert.equal(isErasable(entry), true);
    const { confirmedAt: _, ...unconfirmed } = entry;
    const settledAgo = (days: number) => ({
      ...unconfirmed,
      settled: { ...entry.settled!, settledAt: new Date(Date.now() - days * 24 * HOUR_MS).toISOString() },
    });
    assert.equal(isErasable(settledAgo(39)), false, 'not confirmed');
    assert.equal(isErasable(settledAgo(41)), true, 'the service can no longer confirm it');
  });
});

describe('the erasure of a job in a folder', () => {
  it('removes what a killed process left in the folders of the job', async () => {
    const { storage, root, remove } = await openTemporaryStorage();
    try {
      const entry = await settledEntry(storage, await storage.ledger.claim(CLAIM_IN_S3), JOB_IN_S3);
      await archive(storage, Buffer.from('signed'));
      const folder = join(root, 'archive', storage.archive.folderOf(JOB_IN_S3));
      const revisions = join(root, 'ledger', JOB.organizationNumber, 'references');
      const [digest = ''] = readdirSync(revisions);
      for (const place of [folder, join(revisions, digest)])
        writeFileSync(join(place, '.left.tmp'), 'signed');
      await storage.erasure.removeArchive(entry, ERASURE);
      await storage.ledger.erase(entry, ERASURE, []);
      assert.deepEqual(readdirSync(folder), []);
      assert.deepEqual(readdirSync(join(revisions, digest)).sort(), ['1.json', '2.json', '3.json', '4.json']);
    } finally {
      await remove();
    }
  });
});

describe('the erasure of a job in a bucket with versions', () => {
  const stage = new S3Stage().use();

  it('removes the versions of files that were deleted before, and those of nothing else', async () => {
    stage.bucket = await stage.server.createBucket({ objectLock: true });
    const storage = await stage.open();
    const names = { name: 'a.pdf', mediaType: 'application/pdf' } as const;
    const document = await storage.documents.put(Buffer.from('own'), names);
    const other = await storage.documents.put(Buffer.from('other'), names);
    const claimed = await storage.ledger.claim({ ...CLAIM_IN_S3, documents: [document] });
    const entry = await settledEntry(storage, claimed, JOB_IN_S3);
    await archive(storage, Buffer.from('signed'), 'signed.pdf');
    await archive(storage, Buffer.from('xades'), 'xades-1.xml');
    await storage.archive.withdraw(JOB_IN_S3, 'signed.pdf');
    await storage.documents.removeUnused(document, '9999-01-01T00:00:00.000Z');
    await storage.erasure.removeDocuments(entry, { shared: new Set(), searchedAt: Date.now() });
    await storage.erasure.removeArchive(entry, ERASURE);

    const { Versions = [], DeleteMarkers = [] } = await stage.server.client.send(
      new ListObjectVersionsCommand({ Bucket: stage.bucket }),
    );
    const left = [...Versions, ...DeleteMarkers].map(({ Key = '' }) => Key);
    const areas = ['signering/documents/', 'signering/archive/'];
    assert.deepEqual(
      left.filter((key) => areas.some((area) => key.startsWith(area))).map((key) => key.split('/').at(-1)),
      [other.sha256],
    );
  });

  it('leaves no version of an earlier revision of the ledger entry with a content', async () => {
    stage.bucket = await stage.server.createBucket({ objectLock: true });
    const { ledger } = await stage.open();
    const claimed = await ledger.claim(CLAIM_IN_S3);
    const entry = await ledger.advance(claimed, { erasing: ERASURE });
    // Twice: an interrupted erasure is repeated.
    await ledger.erase(entry, ERASURE, []);
    await ledger.erase((await ledger.find(CLAIM_IN_S3))!, ERASURE, []);

    const { Versions = [], DeleteMarkers = [] } = await stage.server.client.send(
      new ListObjectVersionsCommand({ Bucket: stage.bucket }),
    );
    const revisions = Versions.filter(({ Key = '' }) => Key.includes('/references/'));
    assert.deepEqual(
      revisions.map(({ Key, Size = 0 }) => [Key?.split('/').at(-1), Size > 0]),
      [
        ['1.json', false],
        ['2.json', false],
        ['3.json', true],
      ],
    );
    assert.deepEqual(
      DeleteMarkers.filter(({ Key = '' }) => Key.includes('/references/')),
      [],
    );
  });

  it('is seen by a process that reads the entry meanwhile', async () => {
    const { ledger } = await stage.open();
    const entry = await ledger.advance(await ledger.claim(CLAIM_IN_S3), { erasing: ERASURE });
    let reads = 0;
    const { endpoint } = await stage.proxied({
      answer: ({ method, url = '' }, outgoing) => {
        if (method !== 'GET' || !url.includes('/2.json') || (reads += 1) > 1) return false;
        // The reader has listed revision 2 as the newest.
        void ledger.erase(entry, ERASURE, []).then(() => outgoing.end());
        return true;
      },
    });
    const reader = await stage.open({ endpoint });
    assert.deepEqual((await reader.ledger.find(CLAIM_IN_S3))?.erased, ERASURE);
    assert.equal(reads, 1);
  });
});

describe('the erasure of a job under Object Lock', () => {
  const stage = new S3Stage().use();

  it('reports until when files are retained, does not hide them, and erases the rest', async () => {
    stage.bucket = await stage.server.createBucket({ objectLock: true });
    const storage = await stage.open({ objectLock: { mode: 'GOVERNANCE', retentionDays: 30 } });
    const entry = await settledEntry(storage, await storage.ledger.claim(CLAIM_IN_S3), JOB_IN_S3);
    await archive(storage, Buffer.from('signed'));
    await storage.suspects.keep({ job: JOB_IN_S3, name: 'signed.pdf', content: Buffer.from('junk') });
    const retained = await storage.erasure.removeArchive(entry, ERASURE);
    assert.deepEqual(
      retained.map(({ name }) => name),
      ['signed.pdf'],
    );
    const inDays = (Date.parse(retained[0]?.until ?? '') - Date.now()) / (24 * 60 * 60 * 1000);
    assert.ok(inDays > 29 && inDays <= 30, String(inDays));
    assert.ok(await storage.archive.find(JOB_IN_S3, 'signed.pdf'));
  });
});
