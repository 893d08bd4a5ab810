import assert from 'node:assert/strict';
import { CopyObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Client, Connection, type WorkflowExecutionInfo } from '@temporalio/client';
import { SigningClient } from '@signering/client';
import { signingWorkflowId, SIGNING_JOB_ID } from '@signering/contract';
import { createJsonEncryption, createPayloadCodec } from '@signering/encryption';
import { loadClientSettings } from '@signering/settings';
import { openStorage } from '@signering/storage';
import { repairLedgerOf } from '@signering/worker/internal/recovery/repair-ledger.js';
import {
  createNamespace,
  hold,
  releaseHolds,
  requireS3Server,
  startTestStack,
  waitFor,
  waitUntilHolding,
  type S3Server,
  type TestStack,
} from '../fixtures/index.js';
import { assertSettledOnce } from './archive-evidence.js';
import { portalJob } from './portal-jobs.js';
import { jobIdsOf, RE_DELIVERY_SECONDS } from './sandbox-evidence.js';
import { createdJobIdOf } from './signing-stack.js';

type Worker = Awaited<ReturnType<TestStack['startWorker']>>;
type Results = Readonly<Record<string, readonly string[]>>;

const DATABASE = ['temporal.db', 'temporal.db-wal', 'temporal.db-shm'];

describe('signering recover, on real copies of what was lost', function () {
  let stack: TestStack;
  let client: SigningClient;
  const stops: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
  });

  async function start(options: Parameters<typeof startTestStack>[0] = {}): Promise<void> {
    stack = await startTestStack(options);
    stops.unshift(() => stack.stop());
    client = await SigningClient.connect({ env: stack.env });
    stops.unshift(() => client.close());
  }

  async function reconnect(): Promise<void> {
    await client.close();
    client = await SigningClient.connect({ env: stack.env });
  }

  async function recover(...options: readonly string[]) {
    const { stdout, stderr, exitCode } = await stack.signering('recover', '--json', ...options);
    const jobs = stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { reference: string; result: string; reason?: string });
    const results: Record<string, string[]> = {};
    for (const { reference, result } of jobs) (results[reference] ??= []).push(result);
    const reasonOf = (reference: string) => jobs.find((job) => job.reference === reference)?.reason ?? '';
    return { results: results as Results, reasonOf, exitCode, stderr };
  }

  async function created(reference: string): Promise<string> {
    await client.startPortalJob(await portalJob(reference));
    return createdJobIdOf(client, reference);
  }

  async function sign(...references: readonly string[]): Promise<void> {
    for (const reference of references)
      await stack.admin.act(await createdJobIdOf(client, reference), 1, 'sign');
  }

  async function settled(...references: readonly string[]): Promise<void> {
    for (const reference of references) {
      assert.equal((await client.waitForResult(reference)).outcome, 'SIGNED', reference);
      await waitFor(
        () =>
          assertSettledOnce(stack, reference).then(
            () => true,
            () => false,
          ),
        {
          what: `${reference} is archived and confirmed`,
        },
      );
    }
  }

  /** The job of a reference is signed, archived and not confirmed. */
  async function confirmationHeld(worker: Worker, reference: string): Promise<void> {
    const id = await created(reference);
    await hold(stack.admin, 'confirm', 'before');
    await stack.admin.act(id, 1, 'sign');
    await waitUntilHolding(stack.admin, 'confirm', () => worker.logged());
  }

  it('goes on from an older Temporal database, also with jobs that were being sent and archived', async () => {
    await start({ ownTemporal: true });
    let worker = await stack.startWorker({ SIGNERING_AMBIGUOUS_CREATE: 'ask' });
    for (const reference of ['waiting', 'ended']) await created(reference);
    await worker.kill9();
    await stack.killTemporal();
    copyDatabase(dirname(stack.temporal.databaseFile), stack.folder);
    await stack.restartTemporal();

    worker = await stack.startWorker({ SIGNERING_AMBIGUOUS_CREATE: 'ask' });
    await sign('ended');
    await settled('ended');
    const archiving = await created('archiving');
    await hold(stack.admin, 'xades', 'before');
    await stack.admin.act(archiving, 1, 'sign');
    await waitUntilHolding(stack.admin, 'xades', () => worker.logged());
    await hold(stack.admin, 'create', 'after');
    await client.startPortalJob(await portalJob('sending'));
    await waitUntilHolding(stack.admin, 'create', () => worker.logged());
    await worker.kill9();
    await releaseHolds(stack.admin);
    await stack.killTemporal();
    copyDatabase(stack.folder, dirname(stack.temporal.databaseFile));
    await stack.restartTemporal();
    await reconnect();

    const { results, exitCode, stderr } = await recover();
    assert.deepEqual(
      results,
      { waiting: ['OPEN'], archiving: ['RESTARTED'], sending: ['RESTARTED'], ended: ['ENDED'] },
      stderr,
    );
    assert.equal(exitCode, 0);
    await stack.startWorker({ SIGNERING_AMBIGUOUS_CREATE: 'ask' });
    await sign('waiting');
    await stack.admin.advanceClock(RE_DELIVERY_SECONDS);
    await settled('waiting', 'archiving');
    await waitFor(async () => (await client.getJob('sending')).state === 'CREATE_AMBIGUOUS', {
      what: 'the job that was being sent waits for an operator',
    });
    assert.equal((await jobIdsOf(stack.admin, 'sending')).length, 1, 'its signers are not asked again');
    assert.equal((await client.getJob('ended')).state, 'SIGNED');
  });

  it('takes up open jobs from the ledger when the Temporal database is gone', async () => {
    await start({ ownTemporal: true });
    const worker = await stack.startWorker();
    await created('waiting');
    await worker.kill9();
    await stack.killTemporal();
    const folder = dirname(stack.temporal.databaseFile);
    for (const name of DATABASE) rmSync(join(folder, name), { force: true });
    // Temporal makes a new one; with a file of 0 bytes in its place it does not start.
    await stack.restartTemporal();
    const unregistered = await recover();
    assert.match(unregistered.stderr, /does not know the namespace.*Register it.*\[TEMPORAL_REFUSED\]/u);
    assert.equal(unregistered.exitCode, 2);
    stack.env['TEMPORAL_NAMESPACE'] = await createNamespace(stack.temporal.address);
    await reconnect();

    const { results, exitCode, stderr } = await recover();
    assert.deepEqual(results, { waiting: ['RESTARTED'] }, stderr);
    assert.equal(exitCode, 0);
    await stack.startWorker();
    await sign('waiting');
    await settled('waiting');
    assert.equal((await jobIdsOf(stack.admin, 'waiting')).length, 1, 'its signers are not asked again');
  });

  it('writes into an older copy of the objects of a bucket, while the job id is not yet listed by Temporal', async function () {
    const s3Server = await requireS3Server(this);
    await start({ s3Server });
    await client.startPortalJob(await portalJob('claimed'));
    const copied = await copyOf(s3Server, stack.env['SIGNERING_STORAGE'] ?? '');
    const worker = await stack.startWorker();
    await createdJobIdOf(client, 'claimed');
    await created('new');
    const whileRunning = await recover('--storage-restored');
    assert.deepEqual(whileRunning.results, { claimed: ['OPEN'], new: ['OPEN'] }, whileRunning.stderr);
    await worker.kill9();
    Object.assign(stack.env, { SIGNERING_STORAGE: copied });

    const settings = loadClientSettings(stack.env);
    const { organizationNumber } = settings;
    const storage = await openStorage({ ...settings, location: settings.storage });
    const { address, namespace } = stack.temporal;
    const connection = await Connection.connect({ address });
    stops.unshift(() => connection.close());
    const dataConverter = { payloadCodecs: [createPayloadCodec(settings.keys)] };
    const temporal = new Client({ connection, namespace, dataConverter });
    const options = { storage, temporal, encryption: createJsonEncryption(settings.keys) };
    const workflow = await temporal.workflow
      .getHandle(signingWorkflowId(organizationNumber, 'claimed'))
      .describe();
    const attributes = workflow.typedSearchAttributes.updateCopy([{ key: SIGNING_JOB_ID, value: null }]);
    const lagging = { ...workflow, typedSearchAttributes: attributes } as WorkflowExecutionInfo;
    const repair = await repairLedgerOf(lagging, organizationNumber, options);
    assert.equal(repair?.repair, 'LEDGER_WRITTEN');

    await reconnect();
    const { results, exitCode, stderr } = await recover('--storage-restored');
    assert.deepEqual(results, { claimed: ['OPEN'], new: ['LEDGER_WRITTEN', 'OPEN'] }, stderr);
    assert.equal(exitCode, 0);
    await stack.startWorker();
    await sign('claimed', 'new');
    for (const reference of ['claimed', 'new']) {
      assert.equal((await client.waitForResult(reference)).outcome, 'SIGNED');
      assert.equal((await jobIdsOf(stack.admin, reference)).length, 1);
    }
  });

  it('twice at once, without Temporal and with an archive older than the ledger, says that the job may be confirmed', async () => {
    await start();
    const worker = await stack.startWorker();
    await confirmationHeld(worker, 'held');
    await worker.kill9();
    await releaseHolds(stack.admin);
    rmSync(join(stack.storageFolder, 'archive'), { recursive: true });
    stack.env['TEMPORAL_NAMESPACE'] = await createNamespace(stack.temporal.address);
    await reconnect();

    const unrestored = await recover();
    assert.match(unrestored.reasonOf('held'), /may be confirmed already.*--storage-restored/u);
    const both = await Promise.all([recover('--storage-restored'), recover('--storage-restored')]);
    for (const { results, exitCode, stderr } of both) {
      const found = results['held']?.at(-1) ?? '';
      assert.ok(['RESTARTED', 'OPEN'].includes(found), `${found} ${stderr}`);
      assert.ok(exitCode === 0 || exitCode === 2);
    }
    const reasons = both.map(({ reasonOf }) => reasonOf('held')).filter((reason) => reason !== '');
    assert.equal(reasons.length, 1);
    assert.match(reasons[0] ?? '', /may be confirmed\. A new workflow.*sender portal/u);
    await stack.startWorker();
    await stack.admin.advanceClock(RE_DELIVERY_SECONDS);
    await settled('held');
  });
});

/** Copies Temporal's database, in the place of one that is there. */
function copyDatabase(from: string, to: string): void {
  for (const name of DATABASE) {
    rmSync(join(to, name), { force: true });
    if (existsSync(join(from, name))) copyFileSync(join(from, name), join(to, name));
  }
}

/** Copies every object of a storage to another bucket. @returns its location */
async function copyOf(server: S3Server, location: string): Promise<string> {
  const [, bucket = '', prefix = ''] = /^s3:\/\/([^/]+)\/(.*)$/u.exec(location) ?? [];
  const { client } = server;
  const copy = await server.createBucket();
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }));
  for (const { Key = '' } of Contents)
    await client.send(
      new CopyObjectCommand({ Bucket: copy, Key, CopySource: encodeURI(`${bucket}/${Key}`) }),
    );
  return `s3://${copy}/${prefix}`;
}
