import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { createRemoveArchivedDocumentsActivity } from '@signering/activities/internal/remove-archived-documents.js';
import type { ArchivedJob, LedgerEntry, LedgerProgress, Storage } from '@signering/storage';
import { CLAIMED_INPUT } from '../storage/encrypted-input.js';
import { RECEIPT_FACTS } from '../storage/receipt-facts.js';
import { S3Stage } from '../storage/s3-stage.js';
import { describeEachStorage, type TemporaryStorage } from '../storage/temporary-storage.js';
import { runActivity } from './activity-stage.js';

const ORGANIZATION = '910000007';
const AT = '2026-03-01T12:00:00.000Z';
const PROVED = { documents: [], signer: false, job: false } as const;
const CHECK = { result: 'NOT_CHECKED', proved: PROVED, findings: [], signatures: [] } as const;
const METADATA = { title: 'Lease', documents: [], signers: [], metadata: { case: '26/42' } };

const jobOf = (reference: string, createdAt = AT): ArchivedJob => ({
  organizationNumber: ORGANIZATION,
  reference,
  signatureJobId: `4${reference.length}`,
  createdAt,
});

async function put(storage: Storage, job: ArchivedJob, name: string) {
  const content = Readable.from([Buffer.from(`${job.reference} ${name}`)]);
  const { file } = await storage.archive.put({ job, name, content, verify: () => Promise.resolve() });
  return { ...file, check: CHECK };
}

/** Archives a job with everything that a worker writes. */
async function archiveJob(
  storage: Storage,
  job: ArchivedJob,
  progress: Partial<LedgerProgress> = { confirmedAt: AT },
): Promise<LedgerEntry> {
  const { organizationNumber, reference, signatureJobId, createdAt } = job;
  const claim = { organizationNumber, reference, flow: 'PORTAL', pollingQueue: 'q' } as const;
  const entry = await storage.ledger.claim({ ...claim, contentDigest: 'a'.repeat(64), ...CLAIMED_INPUT });
  const received = [await put(storage, job, 'signed.pdf'), await put(storage, job, 'xades-1.xml')];
  const metadataFile = await storage.archive.putMetadata(job, METADATA);
  await storage.archive.putReceipt(job, { ...RECEIPT_FACTS, ...job, received, metadataFile });
  const settled = {
    outcome: 'SIGNED',
    folder: storage.archive.folderOf(job),
    settledAt: createdAt,
  } as const;
  const created = { signatureJobId, createdAt };
  return storage.ledger.advance(entry, { created, settled, ...progress });
}

function removeFrom(
  storage: Storage,
  changed: Partial<Parameters<typeof createRemoveArchivedDocumentsActivity>[0]> = {},
) {
  const events: string[] = [];
  const { removeArchivedDocuments } = createRemoveArchivedDocumentsActivity({
    ...storage,
    retention: { archiveDays: 30 },
    senders: new Set([ORGANIZATION]),
    onRetention: ({ what, result }) => events.push(`${what} ${result}`),
    ...changed,
  });
  return async (dryRun = false) => {
    events.length = 0;
    const part = await runActivity(removeArchivedDocuments, { dryRun });
    return { part, events: [...events] };
  };
}

const countsOf = (part: Awaited<ReturnType<ReturnType<typeof removeFrom>>>['part']) =>
  [part?.removed, part?.inUse, part?.held, part?.refused] as const;

describeEachStorage('the removal of archived documents', (open) => {
  let temporary: TemporaryStorage;
  let storage: Storage;
  beforeEach(async () => {
    temporary = await open();
    storage = temporary.storage;
  });
  afterEach(() => temporary.remove());

  const filesOf = (job: ArchivedJob) => temporary.raw.list(`archive/${storage.archive.folderOf(job)}`);
  const ALL = ['metadata.json', 'receipt.json', 'signed.pdf', 'xades-1.xml'];

  it('keeps everything without the setting', async () => {
    await archiveJob(storage, jobOf('lease'));
    const { part } = await removeFrom(storage, { retention: {} })();
    assert.equal(part, undefined);
    assert.deepEqual(await filesOf(jobOf('lease')), ALL);
  });

  it('removes what is old enough, with second jobs and suspect bytes, and keeps the receipts', async () => {
    const old = jobOf('lease/2026 #1');
    const duplicate = { ...old, duplicateJobId: '43' };
    await archiveJob(storage, old);
    const received = [await put(storage, duplicate, 'signed.pdf')];
    await storage.archive.putReceipt(duplicate, { ...RECEIPT_FACTS, ...duplicate, received });
    await storage.suspects.keep({ job: old, name: 'signed.pdf', content: Buffer.from('junk') });
    const young = jobOf('young', new Date(Date.now() - 29 * 86_400_000).toISOString());
    await archiveJob(storage, young);

    const run = removeFrom(storage);
    const listed = await run(true);
    assert.deepEqual(listed.part?.items, [{ decision: 'REMOVE', reference: old.reference, since: AT }]);
    assert.deepEqual(listed.events, []);
    assert.equal((await filesOf(old)).length, 6, 'a dry run removes nothing');

    const { part, events } = await run();
    assert.deepEqual(countsOf(part), [1, 0, 0, 0]);
    assert.deepEqual(events, ['archive removed']);
    assert.deepEqual(await filesOf(old), ['duplicates/43/receipt.json', 'receipt.json']);
    assert.deepEqual(await temporary.raw.list('suspect'), []);
    assert.deepEqual(await filesOf(young), ALL);
    const entry = await storage.ledger.find(old);
    assert.ok(Date.parse(entry?.archiveRemoval?.at ?? '') > Date.parse(AT));
    assert.deepEqual(countsOf((await run()).part), [0, 0, 0, 0], 'once');
    assert.deepEqual(await storage.ledger.find(old), entry);
  });

  it('leaves open, held and erased jobs, and those of other organisations', async () => {
    const references = [
      'open',
      'held in court',
      'a young duplicate',
      'an open duplicate',
      'erasing it',
      'other',
    ];
    const [open, held, young, unfinished, erasing] = references.map((reference) => jobOf(reference));
    for (const job of [held!, young!, unfinished!]) await archiveJob(storage, job);
    const erasure = { at: AT, duplicates: [] };
    await archiveJob(storage, erasing!, { confirmedAt: AT, erasing: erasure });
    await archiveJob(storage, open!, {});
    await storage.holds.place({ ...held!, reason: 'Case 26-0042', at: AT });
    const duplicate = { ...young!, duplicateJobId: '43' };
    const archivedAt = new Date().toISOString();
    await storage.archive.putReceipt(duplicate, { ...RECEIPT_FACTS, ...duplicate, archivedAt });
    await put(storage, { ...unfinished!, duplicateJobId: '44' }, 'signed.pdf');
    const other = { ...jobOf('other'), organizationNumber: '910000015' };
    await archiveJob(storage, other);

    const run = removeFrom(storage);
    const listed = (await run(true)).part?.items;
    assert.deepEqual(listed, [{ decision: 'HELD', reference: held!.reference, since: AT }]);
    assert.deepEqual(countsOf((await run()).part), [0, 2, 1, 0]);
    for (const job of [open, held, young, unfinished, erasing, other]) {
      assert.ok((await filesOf(job!)).includes('signed.pdf'), job!.reference);
    }
    await storage.holds.release({ ...held!, at: AT });
    assert.equal((await run()).part?.removed, 1);
  });

  it('leaves a job whose receipt or ledger entry cannot be read, reports it, and goes on', async () => {
    const [receipt, ledger, sound] = ['receipt', 'ledger entry', 'a sound job'].map((one) => jobOf(one));
    for (const job of [receipt!, ledger!, sound!]) await archiveJob(storage, job);
    await temporary.raw.write(`archive/${storage.archive.folderOf(receipt!)}/receipt.json`, 'not JSON');
    const entries = await temporary.raw.list(`ledger/${ORGANIZATION}/references`);
    for (const path of entries) {
      const text = await temporary.raw.read(`ledger/${ORGANIZATION}/references/${path}`);
      if (text.includes('"ledger entry"')) {
        await temporary.raw.write(`ledger/${ORGANIZATION}/references/${path}`, 'not JSON');
      }
    }
    const { part, events } = await removeFrom(storage)();
    assert.deepEqual(countsOf(part), [1, 0, 0, 2]);
    assert.deepEqual(events.sort(), ['archive refused', 'archive refused', 'archive removed']);
    assert.deepEqual(await filesOf(receipt!), ALL);
    assert.deepEqual(await filesOf(ledger!), ALL);
    assert.deepEqual(await filesOf(sound!), ['receipt.json']);
  });

  it('completes a removal that was interrupted after any file', async () => {
    const job = jobOf('lease');
    const entry = await archiveJob(storage, job);
    await storage.ledger.advance(entry, { archiveRemoval: { at: '2026-04-02T00:00:00.000Z' } });
    await temporary.raw.remove(`archive/${storage.archive.folderOf(job)}/signed.pdf`);
    await temporary.raw.remove(`archive/${storage.archive.folderOf(job)}/xades-1.xml`);
    await storage.suspects.keep({ job, name: 'signed.pdf', content: Buffer.from('junk') });
    assert.deepEqual(countsOf((await removeFrom(storage)()).part), [1, 0, 0, 0]);
    assert.deepEqual(await filesOf(job), ['receipt.json']);
    assert.deepEqual(await temporary.raw.list('suspect'), []);
    const { archiveRemoval } = (await storage.ledger.find(job))!;
    assert.deepEqual(archiveRemoval, { at: '2026-04-02T00:00:00.000Z' }, 'the first time stands');
  });

  it('leaves a job on which a hold is placed at the same time', async () => {
    const job = jobOf('lease');
    await archiveJob(storage, job);
    let looks = 0;
    const find: Storage['holds']['find'] = async (key) => {
      looks += 1;
      if (looks === 2) await storage.holds.place({ ...job, reason: 'Case 26-0042', at: AT });
      return storage.holds.find(key);
    };
    assert.deepEqual(countsOf((await removeFrom(storage, { holds: { find } })()).part), [0, 0, 1, 0]);
    assert.deepEqual(await filesOf(job), ALL);
    assert.equal((await storage.ledger.find(job))?.archiveRemoval?.incomplete, true);
    await storage.holds.release({ ...job, at: AT });
    assert.equal((await removeFrom(storage)()).part?.removed, 1);
  });
});

describe('the removal of archived documents under Object Lock', () => {
  const stage = new S3Stage().use();

  it('reports what the store retains, records until when, and does not ask again before', async () => {
    stage.bucket = await stage.server.createBucket({ objectLock: true });
    const storage = await stage.open({ objectLock: { mode: 'GOVERNANCE', retentionDays: 30 } });
    const job = jobOf('lease');
    await archiveJob(storage, job);
    let asked = 0;
    const erasure = {
      removeExpired: (entry: LedgerEntry) => {
        asked += 1;
        return storage.erasure.removeExpired(entry);
      },
    };
    const run = removeFrom(storage, { erasure });
    for (const _ of [1, 2]) {
      const { part, events } = await run();
      assert.deepEqual(countsOf(part), [0, 0, 0, 1]);
      assert.deepEqual(events, ['archive refused']);
    }
    assert.equal(asked, 1);
    const { archiveRemoval } = (await storage.ledger.find(job))!;
    assert.equal(archiveRemoval?.incomplete, true);
    assert.ok(Date.parse(archiveRemoval.retainedUntil ?? '') > Date.now());
    assert.ok(await storage.archive.readMetadata(job), 'nothing was removed');
  });
});
