import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SigningClient } from '@signering/client';
import { loadWorkerSettings } from '@signering/settings';
import { freshFolder, startTestStack, waitFor, type TestStack } from '../fixtures/index.js';
import { FAULTS_FOLDER, HANDLE_CALLS, PATH_CALLS, type PlannedFault } from './faulty-file-system.js';
import { portalJob } from './portal-jobs.js';
import { jobIdsOf, RE_DELIVERY_SECONDS } from './sandbox-evidence.js';

const CODES = ['ENOSPC', 'EROFS', 'EACCES', 'EMFILE', 'EIO'] as const;
const CALLS = [...PATH_CALLS, ...HANDLE_CALLS.map((call) => `handle.${call}`)];

const PLAN: readonly PlannedFault[] = CODES.flatMap((code) =>
  (['AT_ONCE', 'AFTER_THE_ANSWER'] as const).flatMap((when) => CALLS.map((call) => ({ call, code, when }))),
);

/** A few faults for each job: a step that fails often waits long. */
const FAULTS_IN_A_ROUND = 30;
const JOBS_IN_A_ROUND = 8;
const MOST_ROUNDS = 8;
const GRACE_MS = 20_000;

describe('a worker whose storage fails', () => {
  const started: (() => Promise<void>)[] = [];
  let stack: TestStack;
  let client: SigningClient;
  let worker: Awaited<ReturnType<TestStack['startWorker']>>;

  async function start(settings: Readonly<Record<string, string>>): Promise<void> {
    stack = await startTestStack({ settings });
    started.unshift(() => stack.stop());
    // First the worker, which gives the storage its identity.
    worker = await stack.startWorker();
    client = await SigningClient.connect({ env: stack.env });
    started.unshift(() => client.close());
  }

  afterEach(async () => {
    for (const stop of started.splice(0)) await stop();
  });

  /**
   * Waits for the jobs while their signers sign, and the service delivers again what a fault made the worker lose.
   */
  async function outcomesOf(references: readonly string[]): Promise<void> {
    const waiting = { over: false };
    const ended = Promise.all(references.map((reference) => client.waitForResult(reference))).finally(() => {
      waiting.over = true;
    });
    ended.catch(() => undefined);
    const signed = new Set<string>();
    for (let seconds = 1; !waiting.over; seconds += 1) {
      for (const id of (await Promise.all(references.map((one) => jobIdsOf(stack.admin, one)))).flat()) {
        // A fault after the answer to a create makes a second job, which the worker cancels.
        if (!signed.has(id)) await stack.admin.act(id, 1, 'sign').catch(() => undefined);
        signed.add(id);
      }
      if (seconds % 5 === 0) await stack.admin.advanceClock(RE_DELIVERY_SECONDS);
      await Promise.race([ended, delay(1000)]);
    }
    for (const { outcome } of await ended) assert.equal(outcome, 'SIGNED');
    for (const reference of references) {
      const signedDocument = Buffer.from(await client.signedDocument(reference));
      assert.equal(signedDocument.toString('latin1', 0, 5), '%PDF-');
    }
  }

  it('survives the failure of every storage call, before and after it took effect', async function () {
    // Up to eight rounds, and after each fault Temporal waits before the next attempt.
    this.timeout(1_800_000);
    const faults = freshFolder('faults');
    const preload = new URL('./faulty-file-system.js', import.meta.url).href;
    await start({ [FAULTS_FOLDER]: faults, NODE_OPTIONS: `--import=${preload}` });
    const doneFile = join(faults, 'done.log');
    const done = () => (existsSync(doneFile) ? readFileSync(doneFile, 'utf8').trim().split('\n') : []);
    const endings: string[] = [];
    void worker.ended.then((how) => endings.push(how));

    for (let round = 1; round <= MOST_ROUNDS && done().length < PLAN.length; round += 1) {
      const planned = PLAN.slice((round - 1) * FAULTS_IN_A_ROUND, round * FAULTS_IN_A_ROUND);
      writeFileSync(join(faults, `plan-${round}.json`), JSON.stringify(planned));
      const references = Array.from({ length: JOBS_IN_A_ROUND }, (_, index) => `fault-${round}-${index}`);
      for (const reference of references) await client.startPortalJob(await portalJob(reference));
      await outcomesOf(references);
      assert.deepEqual(endings, [], worker.logged().slice(-4000));
    }
    assert.deepEqual(
      done().sort(),
      PLAN.map((fault) => JSON.stringify(fault)).sort(),
      'every planned fault happened',
    );
  });

  it('fails a job whose ledger entry is damaged before its create, and creates it once when it is submitted again', async () => {
    await start({});
    await worker.stop(GRACE_MS);
    const reference = 'damaged-before-its-create';
    const request = await portalJob(reference);
    await client.startPortalJob(request);
    const entries = join(
      stack.storageFolder,
      'ledger',
      loadWorkerSettings(stack.env).organizationNumber,
      'references',
    );
    const [folder = ''] = readdirSync(entries);
    const [file = ''] = readdirSync(join(entries, folder)).filter((name) => name.endsWith('.json'));
    const entry = join(entries, folder, file);
    const content = readFileSync(entry);
    chmodSync(entry, 0o600);
    writeFileSync(entry, '{"torn');

    worker = await stack.startWorker();
    const isRefused = () => /createSignatureJob.*STORED_CONTENT_DAMAGED/u.test(worker.logged());
    await waitFor(isRefused, { what: 'the worker meets the entry', explain: () => worker.logged() });
    await assert.rejects(client.startPortalJob(request), { code: 'STORED_CONTENT_DAMAGED' });
    writeFileSync(entry, content);
    const failed = async () => (await client.getJob(reference)).status === 'PROCESS_FAILED';
    await waitFor(failed, { what: 'the process has failed', explain: () => worker.logged() });
    await client.startPortalJob(request);
    await outcomesOf([reference]);
    assert.equal((await jobIdsOf(stack.admin, reference)).length, 1);
  });

  it('goes on when there is room again on a full volume [small tmpfs]', async function () {
    const volume = freshFolder('volume');
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', volume], { stdio: 'ignore' });
    } catch {
      this.test!.title += ' [skipped: this user may not mount a tmpfs, so no volume is really full]';
      this.skip();
    }
    try {
      const storage = join(volume, 'storage');
      mkdirSync(storage);
      await start({ SIGNERING_STORAGE: storage });
      const reference = 'full-volume';
      await client.startPortalJob(await portalJob(reference));
      await waitFor(async () => (await client.getJob(reference)).signatureJobId, {
        what: 'the job is created',
      });
      const filler = join(volume, 'filler');
      const { bavail, bsize } = statfsSync(volume);
      writeFileSync(filler, Buffer.alloc(bavail * bsize));
      const ended = outcomesOf([reference]);
      await waitFor(() => Promise.resolve(/ENOSPC/u.test(worker.logged()) || undefined), {
        what: 'the worker meets the full volume',
        explain: () => worker.logged(),
      });
      rmSync(filler);
      await ended;
      assert.equal((await jobIdsOf(stack.admin, reference)).length, 1);
    } finally {
      execFileSync('umount', ['-l', volume]);
    }
  });
});
