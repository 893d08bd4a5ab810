import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { SigningClient, type RetentionRun } from '@signering/client';
import { openStorage, settledJobOf, type Storage } from '@signering/storage';
import { requireS3Server, startTestStack, waitFor, type TestStack } from '../fixtures/index.js';
import { onePagePdf, portalJob } from './portal-jobs.js';
import { createdJobIdOf } from './signing-stack.js';

const DAY_MS = 24 * 60 * 60 * 1000;
const RETENTION = { SIGNERING_RETENTION_DOCUMENTS_DAYS: '2', SIGNERING_RETENTION_ARCHIVE_DAYS: '30' };

describe('retention and erasure on storage in S3', () => {
  let stack: TestStack;
  let client: SigningClient;
  let worker: Awaited<ReturnType<TestStack['startWorker']>>;
  let storage: Storage;
  const stops: (() => Promise<void>)[] = [];

  before(async function () {
    const s3Server = await requireS3Server(this);
    stack = await startTestStack({ s3Server });
    stops.unshift(() => stack.stop());
    worker = await stack.startWorker(RETENTION);
    client = await SigningClient.connect({ env: stack.env });
    stops.unshift(() => client.close());
    const { SIGNERING_STORAGE: location = '' } = stack.env;
    storage = await openStorage({ location, s3: { endpoint: s3Server.endpoint } });
  });
  after(async () => {
    for (const stop of stops) await stop();
  });

  const keyOf = async (reference: string) => {
    const { organizationNumber } = await client.getJob(reference);
    return { organizationNumber, reference };
  };

  async function sign(reference: string, content?: Uint8Array) {
    await client.startPortalJob(await jobOf(reference, content));
    await stack.admin.act(await createdJobIdOf(client, reference, () => worker.logged()), 1, 'sign');
    return client.waitForResult(reference);
  }

  async function jobOf(reference: string, content?: Uint8Array) {
    const document = { content: content ?? (await onePagePdf(reference)), name: 'lease.pdf', title: 'Lease' };
    return { ...(await portalJob(reference)), documents: [document] };
  }

  /** Moves a job to the archive folder that it would have if it had been created and settled so many days ago. */
  async function settledBefore(reference: string, days: number): Promise<string> {
    const { archive, ledger } = storage;
    const then = new Date(Date.now() - days * DAY_MS).toISOString();
    const entry = (await ledger.find(await keyOf(reference)))!;
    const job = settledJobOf(entry)!;
    const old = { ...job, createdAt: then };
    const receipt = (await archive.readReceipt(job))!;
    for (const { name } of receipt.received) {
      const content = (await archive.readInChunks(job, name))!;
      await archive.put({ job: old, name, content, verify: () => Promise.resolve() });
    }
    const metadataFile = await archive.putMetadata(old, (await archive.readMetadata(job))!);
    await archive.putReceipt(old, { ...receipt, createdAt: then, metadataFile });
    await ledger.advance(entry, {
      created: { ...entry.created!, createdAt: then },
      settled: { ...entry.settled!, folder: archive.folderOf(old), settledAt: then },
    });
    return join(stack.storageFolder, 'archive', archive.folderOf(old));
  }

  async function run(...options: readonly string[]): Promise<RetentionRun> {
    const { exitCode, stdout, stderr } = await stack.signering('retention', '--json', ...options);
    assert.equal(exitCode, 0, stderr + worker.logged());
    return JSON.parse(stdout) as RetentionRun;
  }

  it('removes archived documents after the days of the setting, and says so to each reader', async () => {
    const { archive, archivedUntil } = await sign('expired');
    const days = (Date.parse(archivedUntil ?? '') - Date.parse(archive.archivedAt)) / DAY_MS;
    assert.ok(days >= 30 && days < 30.01, String(days));
    const connection = await Connection.connect({ address: stack.temporal.address });
    stops.unshift(() => connection.close());
    const { namespace } = stack.temporal;
    await waitFor(
      async () => {
        // Temporal on SQLite compares moments as texts, without the zeros in which the milliseconds end.
        const [before, after] = [-1, 1].map((ms) =>
          new Date(Date.parse(archivedUntil ?? '') + ms).toISOString(),
        );
        const query = `SigningReference = 'expired' AND SigningArchivedUntil BETWEEN '${before}' AND '${after}'`;
        const found = await connection.workflowService.countWorkflowExecutions({ namespace, query });
        return Number(found.count) === 1;
      },
      { what: 'the search attribute holds the time' },
    );
    await sign('held');
    await sign('young');
    await client.holds.place('held', { reason: 'Case 26-0042' });
    const folder = await settledBefore('expired', 31);
    const heldFolder = await settledBefore('held', 31);
    await settledBefore('young', 29);

    const listed = (await run('--dry-run')).archive;
    assert.deepEqual(
      listed?.items?.map(({ decision, reference }) => `${decision} ${reference ?? ''}`).sort(),
      ['HELD held', 'REMOVE expired'],
    );
    assert.match((await stack.signering('retention', '--dry-run')).stdout, /remove {2}expired, since /u);
    assert.ok(existsSync(join(folder, 'signed.pdf')), 'a dry run removes nothing');
    const { archive: removed } = await run();
    assert.deepEqual([removed?.removed, removed?.held, removed?.refused], [1, 1, 0]);
    assert.deepEqual(readdirSync(folder), ['receipt.json']);
    assert.ok(existsSync(join(heldFolder, 'signed.pdf')));
    assert.match(worker.logged(), /The archived documents of a job were removed/u);

    const expired = {
      code: 'DOCUMENTS_EXPIRED',
      message: new RegExp(new Date().toISOString().slice(0, 10), 'u'),
    };
    await assert.rejects(client.signedDocument('expired'), expired);
    await assert.rejects(client.signedDocumentStream('expired'), expired);
    assert.equal((await client.receiptStream('expired')).name, 'receipt.json');
    for (const command of [
      ['fetch', 'expired'],
      ['export', 'expired', '--format', 'noark5'],
    ]) {
      const { exitCode, stderr, stdout } = await stack.signering(
        ...command,
        '--out',
        join(stack.folder, command[0]!),
      );
      assert.equal(exitCode, 1);
      assert.match(stderr + stdout, /were removed on/u);
    }
    const described = await client.getJob('expired');
    assert.ok(described.status === 'ENDED');
    assert.ok(Date.parse(described.documentsRemovedAt ?? '') > Date.parse(archive.archivedAt));
    const result = await client.waitForResult('expired');
    assert.deepEqual(result.archive.documents, archive.documents, 'the digests are kept');
    assert.equal(result.documentsRemovedAt, described.documentsRemovedAt);
    assert.ok((await client.signedDocument('young')).byteLength > 0);
    assert.equal(((await client.getJob('young')) as typeof described).documentsRemovedAt, undefined);
  });

  it('is not undone by recover, by the next run, or by an order of the same job', async () => {
    const content = await onePagePdf('settled');
    await sign('settled', content);
    const folder = await settledBefore('settled', 31);
    assert.equal((await run()).archive?.removed, 1);
    const recovered = await stack.signering('recover', '--storage-restored', '--json');
    assert.equal(recovered.exitCode, 0, recovered.stderr);
    const again = await client.startPortalJob(await jobOf('settled', content));
    assert.deepEqual([again.existing, again.outcome], [true, 'SIGNED']);
    assert.equal((await run()).archive?.removed, 0);
    assert.deepEqual(readdirSync(folder), ['receipt.json']);
  });

  it('removes old documents that no open job names', async () => {
    const content = await onePagePdf('ended');
    await sign('ended', content);
    const sha256 = createHash('sha256').update(content).digest('hex');
    const path = join(stack.storageFolder, 'documents', sha256.slice(0, 2), sha256);
    const then = new Date(Date.now() - 3 * DAY_MS);
    utimesSync(path, then, then);
    assert.equal((await run()).documents?.removed, 1);
    assert.ok(!existsSync(path));
  });

  it('leave only the receipt of a job that signering erase erases, and keep its reference', async () => {
    const content = await onePagePdf('erased');
    await sign('erased', content);
    const key = await keyOf('erased');
    await waitFor(async () => (await storage.ledger.find(key))?.confirmedAt !== undefined, {
      what: 'the ledger has the confirmation',
    });
    const erase = ['erase', 'erased', '--reason', 'Request 26-0042', '--by', 'ola', '--yes'];
    const { exitCode, stdout, stderr } = await stack.signering(...erase);
    assert.equal(exitCode, 0, stderr + worker.logged().slice(-3000));
    assert.match(stdout, /^erased was erased at .*\nHistories deleted in Temporal: [1-9]/u);
    const entry = (await storage.ledger.find(key))!;
    assert.deepEqual([entry.erased?.by, entry.documents], ['ola', []]);
    const folder = join(stack.storageFolder, 'archive', entry.settled!.folder);
    assert.deepEqual(readdirSync(folder), ['receipt-erased.json']);
    const sha256 = createHash('sha256').update(content).digest('hex');
    assert.ok(!existsSync(join(stack.storageFolder, 'documents', sha256.slice(0, 2), sha256)));
    const erased = { code: 'JOB_ERASED', message: /by ola: Request 26-0042/u };
    await assert.rejects(client.getJob('erased'), erased);
    await assert.rejects(client.holds.place('erased', { reason: 'Case 26-0042' }), erased);
    await assert.rejects(client.startPortalJob(await jobOf('erased', content)), erased);
    assert.equal((await stack.signering(...erase)).exitCode, 0, 'repeated');
  });
});
