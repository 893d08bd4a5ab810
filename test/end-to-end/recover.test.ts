import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SigningClient } from '@signering/client';
import { loadClientSettings } from '@signering/settings';
import { openFileStorage } from '@signering/storage';
import {
  createNamespace,
  hold,
  releaseHolds,
  runSignering,
  waitFor,
  waitUntilHolding,
  type TestStack,
} from '../fixtures/index.js';
import { assertSettledOnce } from './archive-evidence.js';
import { createdDirectJob, directJob, visit } from './direct-jobs.js';
import { portalJob } from './portal-jobs.js';
import { evidenceOf, jobIdsOf, RE_DELIVERY_SECONDS } from './sandbox-evidence.js';
import { createdJobIdOf, useSigningStack } from './signing-stack.js';

interface Recovered {
  readonly reference: string;
  readonly result: string;
  readonly reason?: string;
}

describe('signering recover', () => {
  let stack: TestStack;
  let client: SigningClient;
  useSigningStack((started) => ({ stack, client } = started), { withoutWorker: true, forEachTest: true });

  const copy = () => join(stack.folder, 'storage-copy');
  const backUpStorage = () => cpSync(stack.storageFolder, copy(), { recursive: true });
  function restoreStorage(): void {
    rmSync(stack.storageFolder, { recursive: true });
    cpSync(copy(), stack.storageFolder, { recursive: true });
  }

  /** An empty namespace, as after the loss of Temporal's database. */
  async function loseTemporal(): Promise<void> {
    stack.env['TEMPORAL_NAMESPACE'] = await createNamespace(stack.temporal.address);
    await client.close();
    client = await SigningClient.connect({ env: stack.env });
  }

  async function recover(...options: readonly string[]) {
    const { stdout, stderr, exitCode } = await stack.signering('recover', '--json', ...options);
    const lines = stdout.split('\n').filter((line) => line !== '');
    const jobs = lines.map((line) => JSON.parse(line) as Recovered);
    const results = Object.fromEntries(
      ['claimed', 'new', 'waiting', 'direct', 'held', 'ended'].map((reference) => [
        reference,
        jobs.filter((job) => job.reference === reference).map(({ result }) => result),
      ]),
    );
    return { exitCode, jobs, results, stderr };
  }

  /** The job of a reference is signed, archived and not confirmed. */
  async function holdConfirmation(reference: string): Promise<void> {
    await client.startPortalJob(await portalJob(reference));
    const jobId = await createdJobIdOf(client, reference);
    await hold(stack.admin, 'confirm', 'before');
    await stack.admin.act(jobId, 1, 'sign');
    await waitUntilHolding(stack.admin, 'confirm');
  }

  async function signAll(references: readonly string[]): Promise<void> {
    for (const reference of references) {
      await stack.admin.act(await createdJobIdOf(client, reference), 1, 'sign');
    }
  }

  const heldSettles = (what: string) =>
    waitFor(
      () =>
        assertSettledOnce(stack, 'held').then(
          () => true,
          () => false,
        ),
      { what },
    );

  it('starts every open job again when Temporal is lost, in each stage, and repeats without effect', async () => {
    const worker = await stack.startWorker();
    await client.startPortalJob(await portalJob('waiting'));
    const { redirects } = await createdDirectJob(client, await directJob('direct'));
    await createdJobIdOf(client, 'waiting');
    await holdConfirmation('held');
    await worker.kill9();
    await client.startPortalJob(await portalJob('claimed'));
    await releaseHolds(stack.admin);
    await loseTemporal();

    const first = await recover();
    assert.deepEqual(
      first.results,
      {
        claimed: ['RESTARTED'],
        new: [],
        waiting: ['RESTARTED'],
        direct: ['RESTARTED'],
        held: ['ARCHIVED'],
        ended: [],
      },
      first.stderr,
    );
    assert.equal(first.exitCode, 0);
    const second = await recover();
    assert.deepEqual(
      [second.results['claimed'], second.results['held'], second.exitCode],
      [['OPEN'], ['ARCHIVED'], 0],
    );

    await stack.startWorker();
    await signAll(['waiting', 'claimed']);
    const { token } = await visit(redirects[0]!.redirectUrl, 'sign');
    await client.signerReturned('direct', { statusQueryToken: token });
    await stack.admin.advanceClock(RE_DELIVERY_SECONDS);
    for (const reference of ['waiting', 'claimed', 'direct']) {
      assert.equal((await client.waitForResult(reference)).outcome, 'SIGNED');
      await assertSettledOnce(stack, reference);
    }
    await waitFor(
      () =>
        assertSettledOnce(stack, 'held').then(
          () => true,
          () => false,
        ),
      {
        what: 'the poller confirms the archived job',
      },
    );
  });

  it('writes the ledger from Temporal when an older copy of the storage was restored, and archives again', async () => {
    await client.startPortalJob(await portalJob('claimed'));
    backUpStorage();
    const worker = await stack.startWorker();
    await client.startPortalJob(await portalJob('new'));
    await createdDirectJob(client, await directJob('direct'));
    const ended = await portalJob('ended');
    await client.startPortalJob(ended);
    await signAll(['ended']);
    await client.waitForResult('ended');
    await createdJobIdOf(client, 'claimed');
    await createdJobIdOf(client, 'new');
    await holdConfirmation('held');
    await worker.kill9();
    await releaseHolds(stack.admin);
    restoreStorage();

    const first = await recover('--storage-restored');
    assert.deepEqual(
      first.results,
      {
        claimed: ['LEDGER_WRITTEN', 'OPEN'],
        new: ['LEDGER_WRITTEN', 'OPEN'],
        waiting: [],
        direct: ['LEDGER_WRITTEN', 'OPEN'],
        // Its confirmation was begun.
        held: ['NEEDS_OPERATOR', 'RESTARTED'],
        ended: ['NEEDS_OPERATOR'],
      },
      first.stderr,
    );
    assert.equal(first.exitCode, 2);
    const lost = first.jobs.find(({ reference }) => reference === 'ended')?.reason ?? '';
    assert.match(lost, /lost xades-1\.xml, signed\.pdf|lost signed\.pdf, xades-1\.xml/u);
    const second = await recover('--storage-restored');
    assert.deepEqual([second.results['new'], second.results['held']], [['OPEN'], ['OPEN']]);

    await stack.startWorker();
    await signAll(['claimed', 'new']);
    await stack.admin.advanceClock(RE_DELIVERY_SECONDS);
    for (const reference of ['claimed', 'new', 'held']) {
      assert.equal((await client.waitForResult(reference)).outcome, 'SIGNED');
      await assertSettledOnce(stack, reference);
    }
    // The reference stays in use: its signers are not asked again.
    await client.startPortalJob(ended);
    assert.equal((await jobIdsOf(stack.admin, 'ended')).length, 1);
  });

  it('passes over erased jobs, and reports an unreadable entry without leaving the other jobs', async () => {
    const worker = await stack.startWorker();
    for (const reference of ['waiting', 'ended', 'new']) {
      await client.startPortalJob(await portalJob(reference));
      await createdJobIdOf(client, reference);
    }
    await signAll(['ended']);
    await client.waitForResult('ended');
    await assertSettledOnce(stack, 'ended');
    await worker.kill9();
    const { organizationNumber } = loadClientSettings(stack.env);
    const { ledger, erasure } = await openFileStorage({ root: stack.storageFolder });
    const entry = await ledger.find({ organizationNumber, reference: 'ended' });
    assert.ok(entry);
    const order = { at: new Date().toISOString(), duplicates: [] };
    await erasure.removeArchive(entry, order);
    await ledger.erase(entry, order, []);
    const damaged = createHash('sha256').update('new').digest('hex');
    const revisions = join(stack.storageFolder, 'ledger', organizationNumber, 'references', damaged);
    const newest = readdirSync(revisions).sort().at(-1) ?? '';
    chmodSync(join(revisions, newest), 0o600);
    writeFileSync(join(revisions, newest), '{');

    const { results, jobs, exitCode, stderr } = await recover('--storage-restored');
    assert.deepEqual([results['ended'], results['waiting']], [[], ['OPEN']], stderr);
    assert.deepEqual(results['new'], ['NEEDS_OPERATOR']);
    assert.match(jobs.find(({ reference }) => reference === 'new')?.reason ?? '', /"new"/u);
    assert.equal(exitCode, 2);
  });

  it('answers with exit code 75 when Temporal or the storage is away', async () => {
    const { env, folder: cwd } = stack;
    for (const [away, code] of [
      [{ TEMPORAL_ADDRESS: '127.0.0.1:1' }, 'TEMPORAL_UNAVAILABLE'],
      [{ SIGNERING_STORAGE: join(cwd, 'not-mounted') }, 'STORAGE_UNAVAILABLE'],
    ] as const) {
      const { exitCode, stderr } = await runSignering({ args: ['recover'], env: { ...env, ...away }, cwd });
      assert.match(stderr, new RegExp(`\\[${code}\\]`, 'u'));
      assert.equal(exitCode, 75, stderr);
    }
  });

  it('archives again what a ledger calls settled that is newer than its archive', async () => {
    const worker = await stack.startWorker();
    await holdConfirmation('held');
    await worker.kill9();
    await releaseHolds(stack.admin);
    rmSync(join(stack.storageFolder, 'archive'), { recursive: true });

    const { results, jobs, stderr } = await recover('--storage-restored');
    // The worker had sent its confirmation.
    assert.deepEqual(results['held'], ['NEEDS_OPERATOR', 'RESTARTED'], stderr);
    const doubt = jobs.find(({ reference }) => reference === 'held')?.reason ?? '';
    assert.match(doubt, /may be confirmed.*sender portal/u);
    await stack.startWorker();
    await stack.admin.advanceClock(RE_DELIVERY_SECONDS);
    await heldSettles('the new workflow archives and confirms');
  });

  it('leaves a final change unconfirmed while the archive lacks what the ledger calls settled', async () => {
    const worker = await stack.startWorker();
    await holdConfirmation('held');
    await worker.kill9();
    await releaseHolds(stack.admin);
    const archive = join(stack.storageFolder, 'archive');
    renameSync(archive, copy());
    await loseTemporal();

    const { jobs, exitCode } = await recover();
    assert.equal(exitCode, 2);
    assert.match(jobs.find(({ reference }) => reference === 'held')?.reason ?? '', /no receipt/u);
    await stack.startWorker();
    await stack.admin.advanceClock(RE_DELIVERY_SECONDS);
    await waitFor(
      async () => {
        const queues = await client.listQueues({ undelivered: true });
        if (queues.length === 0) return false;
        const { undelivered } = await client.getQueue(queues[0]!);
        return undelivered.some(({ code }) => code === 'DOCUMENT_MISSING');
      },
      { what: 'the change is undelivered' },
    );
    const [jobId = ''] = await jobIdsOf(stack.admin, 'held');
    const { confirmedVersion, latestVersion } = await evidenceOf(stack.admin, jobId);
    assert.ok(confirmedVersion < latestVersion, 'the service keeps its documents');

    rmSync(archive, { recursive: true, force: true });
    renameSync(copy(), archive);
    await stack.admin.advanceClock(RE_DELIVERY_SECONDS);
    await heldSettles('the poller confirms the restored archive');
  });

  it('does not send a job again in silence when both were restored and neither knows that it was sent', async () => {
    await client.startPortalJob(await portalJob('claimed'));
    backUpStorage();
    const worker = await stack.startWorker();
    await createdJobIdOf(client, 'claimed');
    await worker.kill9();
    restoreStorage();
    await loseTemporal();

    const { results, exitCode } = await recover('--storage-restored');
    assert.deepEqual([results['claimed'], exitCode], [['NEEDS_OPERATOR'], 2]);
    await stack.startWorker({ SIGNERING_AMBIGUOUS_CREATE: 'ask' });
    await waitFor(async () => (await client.getJob('claimed')).state === 'CREATE_AMBIGUOUS', {
      what: 'the job waits for an operator',
    });
    assert.equal((await jobIdsOf(stack.admin, 'claimed')).length, 1);
  });
});
