import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { SigningClient } from '@signering/client';
import { loadClientSettings } from '@signering/settings';
import { openFileStorage, type LedgerEntry } from '@signering/storage';
import { filesWith, foundIn } from '../../end-to-end/personal-data.js';
import { onePagePdf, portalJob, SYNTHETIC_SIGNERS } from '../../end-to-end/portal-jobs.js';
import { finalConfirmationOf } from '../../end-to-end/sandbox-evidence.js';
import { runSignering, startTestStack, waitFor, type TestStack } from '../../fixtures/index.js';

const [PIN = ''] = SYNTHETIC_SIGNERS;
const NAME = 'Kari Nordmann';
const ADDRESS = 'kari.nordmann@example.com';
const TITLE = 'Lease of Storgata 1';
const FILE = 'lease-kari.pdf';
const REASON = ['--reason', 'Request 26-0042', '--by', 'ola'];

describe('signering erase', function () {
  this.timeout(240_000);
  let stack: TestStack;
  let client: SigningClient;
  let worker: Awaited<ReturnType<TestStack['startWorker']>>;

  before(async () => {
    stack = await startTestStack({ ownTemporal: true, settings: { SIGNERING_CLIENT_TIMEOUT: '60' } });
    worker = await stack.startWorker();
    client = await SigningClient.connect({ env: stack.env });
  });

  after(async () => {
    await client.close();
    await stack.stop();
  });

  async function jobOf(reference: string) {
    const pdf = await onePagePdf(`Lease ${reference}`);
    return {
      ...(await portalJob(reference)),
      title: TITLE,
      documents: [{ content: pdf, name: FILE, title: TITLE }],
      signers: [{ personalIdentificationNumber: PIN, emailAddress: ADDRESS }],
      metadata: { customer: NAME },
    };
  }

  async function created(reference: string): Promise<string> {
    await client.startPortalJob(await jobOf(reference));
    return waitFor(async () => (await client.getJob(reference)).signatureJobId, {
      what: `${reference} is created`,
      withinMs: 60_000,
      explain: () => worker.logged().slice(-4000),
    });
  }

  async function signed(reference: string): Promise<void> {
    const id = await created(reference);
    await stack.admin.act(id, 1, 'sign');
    await client.waitForResult(reference, { signal: AbortSignal.timeout(90_000) });
    await finalConfirmationOf(stack.admin, id);
    await waitFor(async () => (await entryOf(reference)).confirmedAt !== undefined, {
      what: 'the ledger has the confirmation',
    });
  }

  async function entryOf(reference: string): Promise<LedgerEntry> {
    const { organizationNumber } = loadClientSettings(stack.env);
    const { ledger } = await openFileStorage({ root: stack.storageFolder });
    const entry = await ledger.find({ organizationNumber, reference });
    assert.ok(entry);
    return entry;
  }

  async function done(...args: readonly string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await stack.signering(...args);
    assert.equal(exitCode, 0, stderr + stdout + worker.logged().slice(-3000));
    return stdout;
  }

  async function refused(message: RegExp, ...args: readonly string[]): Promise<void> {
    const { exitCode, stderr } = await stack.signering(...args);
    assert.match(stderr, message, stderr + worker.logged().slice(-3000));
    assert.equal(exitCode, 2, stderr);
  }

  it('rejects an open job, a held job, and a command without confirmation', async () => {
    await created('open');
    await refused(/Cancel it, or wait.*\[JOB_NOT_ENDED\]/su, 'erase', 'open', ...REASON, '--yes');
    await refused(/\[JOB_NOT_FOUND\]/u, 'erase', 'nowhere', ...REASON, '--yes');
    await signed('held');
    await refused(/--yes: is required, because it cannot be undone/u, 'erase', 'held', ...REASON);
    await done('hold', 'held', '--reason', 'Case 26-0042');
    await refused(/legal hold since.*\[JOB_ON_HOLD\]/u, 'erase', 'held', ...REASON, '--yes');
    assert.ok((await client.signedDocument('held')).byteLength > 0);
  });

  it('leaves nothing of the person in storage, and keeps the reference', async () => {
    await signed('erased');
    const { contentDigest = '', documents, created: job } = await entryOf('erased');
    const secrets = [PIN, NAME, ADDRESS, TITLE, FILE, contentDigest, documents[0]?.sha256 ?? ''];
    const before = filesWith(stack.storageFolder, [contentDigest]);
    assert.notDeepEqual(before, [], 'the search finds what is there');

    const output = await done('erase', 'erased', ...REASON, '--yes');
    assert.match(output, /^erased was erased at .*\nHistories deleted in Temporal: [1-9]/u);
    assert.match(output, /npx signering delete erased/u);
    const entry = await entryOf('erased');
    assert.deepEqual(entry.documents, []);
    assert.deepEqual(entry.created, { signatureJobId: job?.signatureJobId, createdAt: job?.createdAt });
    assert.equal(entry.erased?.reason, 'Request 26-0042');
    assert.equal(entry.erased.by, 'ola');
    assert.ok(!('input' in entry) && !('contentDigest' in entry));
    assert.ok((await entryOf('held')).input, 'other jobs are kept');
    for (const secret of [contentDigest, documents[0]?.sha256 ?? ''])
      assert.deepEqual(filesWith(stack.storageFolder, [secret]), []);
    const folder = join(stack.storageFolder, 'archive', entry.settled?.folder ?? '');
    assert.deepEqual(readdirSync(folder), ['receipt-erased.json']);
    const receipt = readFileSync(join(folder, 'receipt-erased.json'), 'utf8');
    for (const secret of secrets) assert.ok(!receipt.includes(secret));
    assert.match(receipt, /"erased": \{\s+"at": .*\s+"by": "ola",\s+"reason": "Request 26-0042"/u);
    const revisions = readdirSync(
      join(stack.storageFolder, 'ledger', entry.organizationNumber, 'references', digestOf('erased')),
    );
    assert.equal(revisions.length, 1);

    const gone = { code: 'JOB_ERASED' };
    await assert.rejects(client.getJob('erased'), gone);
    await assert.rejects(client.waitForResult('erased'), gone);
    await assert.rejects(client.signedDocument('erased'), gone);
    await assert.rejects(client.startPortalJob(await jobOf('erased')), gone);
    await assert.rejects(client.startPortalJob(await portalJob('erased')), gone);
    for (const command of ['status', 'fetch', 'watch'])
      await refused(/was erased on .* by ola.*\[JOB_ERASED\]/u, command, 'erased');
    await refused(/\[JOB_ERASED\]/u, 'export', 'erased', '--format', 'noark5');
    await refused(/\[JOB_ERASED\]/u, 'hold', 'erased', '--reason', 'too late');
    await done('erase', 'erased', ...REASON, '--yes');
  });

  it('is completed by another worker when the first one is killed', async () => {
    await signed('killed');
    const [document] = (await entryOf('killed')).documents;
    const path = join(
      stack.storageFolder,
      'documents',
      document?.sha256.slice(0, 2) ?? '',
      document?.sha256 ?? '',
    );
    // A folder in its place cannot be removed as a file: the worker repeats the removal.
    renameSync(path, `${path}-aside`);
    mkdirSync(path);
    const args = ['erase', 'killed', ...REASON, '--yes'];
    const impatient = { ...stack.env, SIGNERING_CLIENT_TIMEOUT: '3' };
    const { exitCode, stderr } = await runSignering({ args, env: impatient, cwd: stack.folder });
    assert.match(stderr, /\[JOB_NOT_ERASED_YET\]/u);
    assert.equal(exitCode, 75);
    assert.equal((await entryOf('killed')).erasing?.by, 'ola');
    await assert.rejects(client.getJob('killed'), { code: 'JOB_ERASED' });
    await worker.kill9();
    rmdirSync(path);
    renameSync(`${path}-aside`, path);
    worker = await stack.startWorker();
    await done('erase', 'killed', ...REASON, '--yes');
    assert.ok((await entryOf('killed')).erased);
  });

  it('leaves nothing in storage and in the Temporal database', async () => {
    await done('hold', 'held', '--release');
    await done('erase', 'held', ...REASON, '--yes');
    assert.deepEqual(filesWith(stack.storageFolder, [PIN, NAME, ADDRESS, TITLE, FILE]), []);
    // Temporal deletes histories in the background, when its queues have passed the end of the workflow.
    await waitFor(
      async () => (await client.listJobs()).jobs.every(({ reference }) => reference !== 'erased'),
      {
        what: 'Temporal no longer lists the job that was erased first',
        withinMs: 180_000,
      },
    );
    await stack.stop();
    for (const secret of [PIN, NAME, ADDRESS, TITLE, FILE])
      assert.deepEqual(foundIn(stack.temporal.databaseFile, secret), []);
  });
});

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
