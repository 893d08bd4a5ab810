import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, ScheduleNotFoundError, type Connection } from '@temporalio/client';
import { retentionScheduleId, TASK_QUEUE } from '@signering/contract';
import type { RetentionRun, SigningClient } from '@signering/client';
import { freePort } from '@signering/dev-stack/internal/processes/index.js';
import { createPayloadCodec, parseKeys } from '@signering/encryption';
import { waitFor, type TestStack } from '../fixtures/index.js';
import { scrape } from '../worker/prometheus.js';
import { KILL_COUNT, type KillCount } from './kill-at-count.js';
import { onePagePdf, portalJob } from './portal-jobs.js';
import { evidenceOf } from './sandbox-evidence.js';
import { createdJobIdOf, useSigningStack } from './signing-stack.js';

const DAY_MS = 24 * 60 * 60 * 1000;
const RETENTION = { SIGNERING_RETENTION_DOCUMENTS_DAYS: '2', SIGNERING_RETENTION_SERVICE_DAYS: '1' };

describe('retention', () => {
  let stack: TestStack;
  let client: SigningClient;
  let connection: Connection;
  let worker: Awaited<ReturnType<TestStack['startWorker']>>;
  const workerSettings: Record<string, string> = { ...RETENTION };
  let metrics: string;
  before(async () => {
    metrics = `127.0.0.1:${await freePort()}`;
    workerSettings['SIGNERING_METRICS_ADDRESS'] = metrics;
  });
  useSigningStack((started) => ({ stack, client, connection, worker } = started), {
    forEachTest: true,
    workerSettings,
  });

  const pathOf = (sha256: string) => join(stack.storageFolder, 'documents', sha256.slice(0, 2), sha256);

  /** As if each document of the storage had been put three days ago. */
  async function ageDocuments(): Promise<void> {
    const then = new Date(Date.now() - 3 * DAY_MS);
    const folder = join(stack.storageFolder, 'documents');
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) await utimes(join(entry.parentPath, entry.name), then, then);
    }
  }

  async function start(reference: string, contents: readonly Uint8Array[]): Promise<string> {
    const documents = contents.map((content, index) => ({
      content,
      name: `${index + 1}.pdf`,
      title: `Document ${index + 1}`,
    }));
    await client.startPortalJob({ ...(await portalJob(reference)), documents });
    return createdJobIdOf(client, reference, () => worker.logged());
  }

  async function sign(reference: string, contents: readonly Uint8Array[]): Promise<string> {
    const jobId = await start(reference, contents);
    await stack.admin.act(jobId, 1, 'sign');
    assert.equal((await client.waitForResult(reference)).outcome, 'SIGNED');
    return jobId;
  }

  async function run(...options: readonly string[]): Promise<RetentionRun> {
    const { exitCode, stdout, stderr } = await stack.signering('retention', '--json', ...options);
    assert.equal(exitCode, 0, stderr + worker.logged());
    return JSON.parse(stdout) as RetentionRun;
  }

  /** Changes the newest revision of a settled job in the ledger, as if it had been settled earlier. */
  async function settledBefore(reference: string, agoMs: number): Promise<void> {
    const settledAt = new Date(Date.now() - agoMs).toISOString();
    await changeNewestRevision(reference, (text) =>
      text.replace(/"settledAt": "[^"]*"/u, `"settledAt": "${settledAt}"`),
    );
  }

  async function changeNewestRevision(reference: string, change: (text: string) => string): Promise<void> {
    const entry = await stack.signering('status', reference, '--json');
    const { organizationNumber } = JSON.parse(entry.stdout) as { readonly organizationNumber: string };
    const name = createHash('sha256').update(reference).digest('hex');
    const folder = join(stack.storageFolder, 'ledger', organizationNumber, 'references', name);
    const newest = (await readdir(folder)).sort((a, b) => parseInt(a, 10) - parseInt(b, 10)).at(-1)!;
    const path = join(folder, newest);
    const text = await readFile(path, 'utf8');
    await chmod(path, 0o600);
    await writeFile(path, change(text));
  }

  it('removes old documents that neither an open job nor a legal hold names', async () => {
    const [shared, ended, kept] = await Promise.all(['shared', 'ended', 'kept'].map(onePagePdf));
    const digests = [shared!, ended!, kept!].map((one) => createHash('sha256').update(one).digest('hex'));
    const [, ofEnded, ofKept] = digests as [string, string, string];
    await sign('ended', [shared!, ended!]);
    await sign('held', [kept!]);
    await client.holds.place('held', { reason: 'Case 26-0042' });
    const open = await start('open', [shared!]);

    assert.equal((await run()).documents?.removed, 0, 'young documents stay');
    await ageDocuments();
    const listed = (await run('--dry-run')).documents;
    assert.deepEqual(
      listed?.items?.map(({ decision, sha256 }) => [decision, sha256]).sort(),
      [
        ['HELD', ofKept],
        ['REMOVE', ofEnded],
      ].sort(),
    );
    assert.deepEqual([listed.removed, listed.inUse, listed.held], [1, 1, 1]);
    assert.ok(
      digests.every((one) => existsSync(pathOf(one))),
      'a dry run removes nothing',
    );

    const { documents } = await run();
    assert.deepEqual([documents?.removed, documents?.inUse, documents?.held], [1, 1, 1]);
    assert.deepEqual(
      digests.map((one) => existsSync(pathOf(one))),
      [true, false, true],
    );
    assert.match(worker.logged(), new RegExp(`${ofEnded}.*A document was removed`, 'u'));
    const counted = { what: 'document', result: 'removed' };
    assert.equal((await scrape(metrics)).value('signering_retention_files_total', counted), 1);

    await stack.admin.act(open, 1, 'sign');
    await client.waitForResult('open');
    await client.holds.release('held', {});
    assert.equal((await run()).documents?.removed, 2);
    assert.deepEqual(
      digests.map((one) => existsSync(pathOf(one))),
      [false, false, false],
    );
  });

  it('removes no document while the ledger entry of an open job cannot be read', async () => {
    const content = await onePagePdf('ended');
    await sign('ended', [content]);
    await start('damaged', [await onePagePdf('damaged')]);
    await ageDocuments();
    await changeNewestRevision('damaged', () => 'not JSON');
    const { documents } = await run();
    assert.equal(documents?.removed, 0);
    assert.match(documents.stopped ?? '', /1 ledger entries of open jobs cannot be read/u);
    assert.ok(existsSync(pathOf(createHash('sha256').update(content).digest('hex'))));
    assert.match((await stack.signering('retention')).stdout, /Stopped: 1 ledger entries/u);
  });

  it("deletes the service's copy once it is archived, and reports what the service refuses", async () => {
    const jobId = await sign('archived', [await onePagePdf('archived')]);
    await sign('on-hold', [await onePagePdf('on hold')]);
    await client.holds.place('on-hold', { reason: 'Case 26-0043' });
    assert.equal((await run('--dry-run')).serviceCopies?.removed, 0, 'too early');
    for (const reference of ['archived', 'on-hold']) await settledBefore(reference, 1.5 * DAY_MS);
    const listed = (await run('--dry-run')).serviceCopies;
    assert.deepEqual(
      listed?.items?.map(({ decision, reference }) => [decision, reference]).sort(),
      [
        ['HELD', 'on-hold'],
        ['REMOVE', 'archived'],
      ].sort(),
    );
    const refused = (await run()).serviceCopies;
    assert.deepEqual(
      [refused?.removed, refused?.refused, refused?.held],
      [0, 1, 1],
      'the service says: too early',
    );
    assert.match(worker.logged(), /DOCUMENTS_NOT_DELETABLE/u);

    await stack.admin.advanceClock((2 * DAY_MS) / 1000);
    const deleted = (await run()).serviceCopies;
    assert.deepEqual([deleted?.removed, deleted?.refused, deleted?.held], [1, 0, 1]);
    const { ledger } = await evidenceOf(stack.admin, jobId);
    const answers = ledger.filter(({ operation }) => operation === 'deleteDocuments');
    assert.equal(answers.at(-1)?.answer?.status, 204);
    assert.equal((await run()).serviceCopies?.removed, 0, 'once');
    assert.ok((await client.signedDocument('archived')).byteLength > 0);
  });

  it('is started by a Schedule, which follows the settings of the workers', async () => {
    const { schedule } = new Client({
      connection,
      namespace: stack.temporal.namespace,
      dataConverter: { payloadCodecs: [createPayloadCodec(parseKeys(stack.env['SIGNERING_KEYS']!))] },
    });
    const handle = schedule.getHandle(retentionScheduleId(TASK_QUEUE));
    const content = await onePagePdf('ended');
    await sign('ended', [content]);
    await ageDocuments();
    await handle.pause('By an operator');
    const second = await stack.startWorker(RETENTION);
    const { state, policies } = await handle.describe();
    assert.deepEqual([state.paused, policies.overlap, policies.catchupWindow], [true, 'SKIP', 3_600_000]);
    await second.stop(20_000);
    await handle.unpause();
    await handle.trigger();
    const path = pathOf(createHash('sha256').update(content).digest('hex'));
    await waitFor(() => !existsSync(path), {
      what: 'the run removes the document',
      explain: () => worker.logged(),
    });

    await worker.stop(20_000);
    worker = await stack.startWorker();
    await assert.rejects(handle.describe(), ScheduleNotFoundError);
    assert.deepEqual(await run(), { dryRun: false });
    assert.match((await stack.signering('retention')).stdout, /the workers have no setting for it/u);
    await worker.stop(20_000);
    const without = await stack.signering('retention', '--json');
    assert.equal(without.exitCode, 75);
    assert.match(without.stdout, /"WORKER_UNAVAILABLE"/u);
  });

  it('continues after its worker was killed, and loses nothing that an open job needs', async () => {
    const needed = await onePagePdf('needed');
    const open = await start('open', [needed]);
    const digests = await writeDocuments(3000);
    await ageDocuments();
    await worker.stop(20_000);
    const dying = await stack.startWorker({
      ...RETENTION,
      [KILL_COUNT]: JSON.stringify({ counted: 'REMOVED_DOCUMENT', number: 100 } satisfies KillCount),
      NODE_OPTIONS: `--import=${new URL('./kill-at-count.js', import.meta.url).href}`,
    });
    const running = client.runRetention({ timeoutMs: 500_000 });
    const left = () => digests.filter((one) => existsSync(pathOf(one))).length;
    assert.equal(await dying.ended, 'signal SIGKILL');
    assert.ok(left() > 0 && left() < digests.length, 'killed in the middle');
    worker = await stack.startWorker(RETENTION);
    const { documents } = await running;
    assert.equal(documents?.inUse, 1);
    assert.equal(left(), 0);
    assert.ok(existsSync(pathOf(createHash('sha256').update(needed).digest('hex'))));
    await stack.admin.act(open, 1, 'sign');
    assert.equal((await client.waitForResult('open')).outcome, 'SIGNED');
  });

  async function writeDocuments(count: number): Promise<readonly string[]> {
    const digests: string[] = [];
    for (let number = 0; number < count; number += 1) {
      const content = `document ${number}`;
      const sha256 = createHash('sha256').update(content).digest('hex');
      await mkdir(join(pathOf(sha256), '..'), { recursive: true });
      await writeFile(pathOf(sha256), content);
      digests.push(sha256);
    }
    return digests;
  }
});
