import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { SigningClient } from '@signering/client';
import { SIGNERING_COMMAND } from '@signering/dev-stack/internal/processes/index.js';
import { loadClientSettings } from '@signering/settings';
import { openFileStorage, type LedgerEntry } from '@signering/storage';
import { filesWith, foundIn } from '../../end-to-end/personal-data.js';
import { onePagePdf, portalJob, SYNTHETIC_SIGNERS } from '../../end-to-end/portal-jobs.js';
import { evidenceOf, finalConfirmationOf, jobIdsOf } from '../../end-to-end/sandbox-evidence.js';
import {
  hold,
  releaseHolds,
  runSignering,
  startTestStack,
  waitFor,
  waitUntilHolding,
  type TestStack,
} from '../../fixtures/index.js';

const [PIN = ''] = SYNTHETIC_SIGNERS;
const NAME = 'Kari Nordmann';
const ADDRESS = 'kari.nordmann@example.com';
const TITLE = 'Lease of Storgata 1';
const FILE = 'lease-kari.pdf';
const QUESTION = 'Type its reference: ';
const REASON = ['--reason', 'Request 26-0042', '--by', 'ola'];

describe('signering erase', () => {
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
      explain: () => worker.logged().slice(-4000),
    });
  }

  /** A lost answer of the first create makes two jobs. */
  async function twins(reference: string): Promise<{ readonly recorded: string; readonly ghost: string }> {
    await stack.admin.call('POST', '/faults', { fault: 'reset', operation: 'create', when: 'after' });
    await client.startPortalJob(await portalJob(reference, [1, 1]));
    const recorded = await waitFor(async () => (await client.getJob(reference)).signatureJobId, {
      what: 'the job is created',
    });
    const ghost = (await jobIdsOf(stack.admin, reference)).find((id) => id !== recorded);
    assert.ok(ghost);
    return { recorded, ghost };
  }

  async function isConfirmed(reference: string): Promise<void> {
    await client.waitForResult(reference, { signal: AbortSignal.timeout(500_000) });
    await waitFor(async () => (await entryOf(reference)).confirmedAt !== undefined, {
      what: 'the ledger has the confirmation',
    });
  }

  async function assertOnlyReceipt(reference: string): Promise<void> {
    const folder = join(stack.storageFolder, 'archive', (await entryOf(reference)).settled?.folder ?? '');
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
    assert.deepEqual(
      files.map(({ name }) => name),
      ['receipt-erased.json'],
    );
  }

  async function signed(reference: string): Promise<void> {
    const id = await created(reference);
    await stack.admin.act(id, 1, 'sign');
    await isConfirmed(reference);
    await finalConfirmationOf(stack.admin, id);
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

  /** Runs the command on a terminal, and types when it asks. */
  function answered(keys: string, ...args: readonly string[]) {
    const command = [process.execPath, SIGNERING_COMMAND, ...args].map((word) => `'${word}'`).join(' ');
    const { env, folder: cwd } = stack;
    const terminal = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
      env,
      cwd,
    });
    return new Promise<{ readonly exitCode: number | null; readonly output: string }>((resolve, reject) => {
      let output = '';
      terminal.stdout.on('data', (chunk: Buffer) => {
        const asked = output.includes(QUESTION);
        output += chunk.toString();
        if (!asked && output.includes(QUESTION)) terminal.stdin.write(keys);
      });
      terminal.on('error', reject);
      terminal.on('close', (exitCode) => resolve({ exitCode, output }));
    });
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
    for (const [keys, answer] of [
      ['other\r', 'another reference'],
      ['\u0003', 'Ctrl+C'],
      ['\u0004', 'Ctrl+D'],
    ] as const) {
      const { exitCode, output } = await answered(keys, 'erase', 'held', ...REASON);
      assert.match(output, /--yes: or the\s+answer "held" confirms it\s+\[INVALID_REQUEST\]/u, answer);
      assert.equal(exitCode, 2, answer);
    }
    await done('hold', 'held', '--reason', 'Case 26-0042');
    const agreed = await answered('held\r', 'erase', 'held', ...REASON);
    assert.match(agreed.output, /\[JOB_ON_HOLD\]/u);
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
    const revisions = join(
      stack.storageFolder,
      'ledger',
      entry.organizationNumber,
      'references',
      digestOf('erased'),
    );
    const filled = readdirSync(revisions).filter((name) => statSync(join(revisions, name)).size > 0);
    assert.deepEqual(filled, [`${entry.revision}.json`]);

    const gone = { code: 'JOB_ERASED' };
    await assert.rejects(client.getJob('erased'), gone);
    await assert.rejects(client.waitForResult('erased'), gone);
    await assert.rejects(client.signedDocument('erased'), gone);
    await assert.rejects(client.startPortalJob(await jobOf('erased')), gone);
    await assert.rejects(client.startPortalJob(await portalJob('erased')), gone);
    for (const command of ['status', 'fetch', 'watch', 'cancel'])
      await refused(/was erased on .* by ola.*\[JOB_ERASED\]/u, command, 'erased');
    const accepted = ['--by', 'ola', '--reason', 'Genuine'];
    for (const decision of [['fetch-again'], ['accept', ...accepted], ['send-again'], ['give-up']])
      await refused(/\[JOB_ERASED\]/u, 'repair', 'erased', ...decision);
    await refused(/\[JOB_ERASED\]/u, 'export', 'erased', '--format', 'noark5');
    await refused(/\[JOB_ERASED\]/u, 'hold', 'erased', '--reason', 'too late');
    await refused(/\[JOB_ERASED\]/u, 'redirect-url', 'erased', '--signer', 'id:CUSTOMER-1');
    await refused(/\[JOB_ERASED\]/u, 'returned', 'erased', 'https://shop.example.com/?status_query_token=x');
    const listed = (await done('list', '--json')).trim().split('\n');
    const titles = listed.map((line) => JSON.parse(line) as { readonly reference: string; title?: string });
    const titleOf = (reference: string) => titles.find((job) => job.reference === reference)?.title;
    // Temporal may list the erased job for another moment.
    assert.deepEqual([titleOf('held'), titleOf('erased')], [TITLE, undefined]);
    await done('erase', 'erased', ...REASON, '--yes');
  });

  it('keeps no document of a second job that ends during or after the erasure', async () => {
    const { recorded, ghost } = await twins('twins');
    for (const signer of [1, 2]) await stack.admin.act(recorded, signer, 'sign');
    await isConfirmed('twins');
    await hold(stack.admin, 'xades', 'before');
    await stack.admin.act(ghost, 1, 'sign');
    await waitUntilHolding(stack.admin, 'xades');
    const { exitCode, stdout } = await stack.signering('erase', 'twins', ...REASON, '--yes');
    assert.match(stdout, /! 1 of its workflows still run: repeat the command later\./u);
    assert.equal(exitCode, 1);
    await releaseHolds(stack.admin);
    await finalConfirmationOf(stack.admin, ghost);
    await assertOnlyReceipt('twins');
    await done('erase', 'twins', ...REASON, '--yes');
  });

  it('withdraws and confirms a second job that is first reported after the erasure, and archives nothing', async () => {
    const { recorded, ghost } = await twins('late');
    for (const signer of [1, 2]) await stack.admin.act(recorded, signer, 'sign');
    await isConfirmed('late');
    await done('erase', 'late', ...REASON, '--yes');
    await stack.admin.act(ghost, 1, 'sign');
    await finalConfirmationOf(stack.admin, ghost);
    const { status, signers } = await evidenceOf(stack.admin, ghost);
    assert.deepEqual([status, signers.map((signer) => signer.status)], ['FAILED', ['SIGNED', 'CANCELLED']]);
    await assertOnlyReceipt('late');
    await done('erase', 'late', ...REASON, '--yes');
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
    // A newer one would be kept as another job's document.
    utimesSync(path, 0, 0);
    const args = ['erase', 'killed', ...REASON, '--yes'];
    const impatient = { ...stack.env, SIGNERING_CLIENT_TIMEOUT: '15' };
    const { exitCode, stderr } = await runSignering({ args, env: impatient, cwd: stack.folder });
    assert.match(stderr, /\[JOB_NOT_ERASED_YET\]/u);
    assert.equal(exitCode, 75);
    const begunBy = await waitFor(async () => (await entryOf('killed')).erasing?.by, {
      what: 'the ledger notes that the erasure was begun',
    });
    assert.equal(begunBy, 'ola');
    const begun = /was begun on .* by ola: Request 26-0042\. .*repeat it/u;
    await assert.rejects(client.getJob('killed'), { code: 'JOB_ERASED', message: begun });
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
