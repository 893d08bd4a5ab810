import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection, WorkflowHandle } from '@temporalio/client';
import { z } from 'zod';
import type { SigningClient } from '@signering/client';
import {
  DEFAULT_POLLING_QUEUE,
  describeQueueQuery,
  statusQueueWorkflowId,
  type UndeliveredJob,
} from '@signering/contract';
import { loadWorkerSettings } from '@signering/settings';
import {
  hold,
  releaseHolds,
  runSignering,
  waitFor,
  waitUntilHolding,
  type TestStack,
} from '../fixtures/index.js';
import { portalJob } from './portal-jobs.js';
import { evidenceOf, finalConfirmationOf, RE_DELIVERY_SECONDS } from './sandbox-evidence.js';
import { workflowsOf } from './stack-workflows.js';
import { useSigningStack } from './signing-stack.js';

const Calls = z.array(
  z.looseObject({ operation: z.string().optional(), jobId: z.string().optional(), number: z.number() }),
);

describe('a status change that cannot be delivered', () => {
  let stack: TestStack;
  let client: SigningClient;
  let connection: Connection;
  let queue: WorkflowHandle;
  let worker: Awaited<ReturnType<TestStack['startWorker']>>;

  useSigningStack((started) => ({ stack, client, connection, worker } = started), { forEachTest: true });
  beforeEach(() => {
    const { organizationNumber } = loadWorkerSettings(stack.env);
    queue = workflowsOf(stack, connection).getHandle(
      statusQueueWorkflowId(organizationNumber, 'PORTAL', DEFAULT_POLLING_QUEUE),
    );
  });

  async function createdJob(reference: string): Promise<string> {
    await client.startPortalJob(await portalJob(reference));
    return waitFor(async () => (await client.getJob(reference)).signatureJobId, {
      what: `job ${reference} is created`,
    });
  }

  /** Signs jobs one after the other while no poll passes, so that the queue holds their changes in this order. */
  async function signWhileNothingIsPolled(jobIds: readonly string[], meanwhile: () => void): Promise<void> {
    await hold(stack.admin, 'fetchStatusChange', 'before');
    await waitUntilHolding(stack.admin, 'fetchStatusChange', () => worker.logged());
    for (const id of jobIds) await stack.admin.act(id, 1, 'sign');
    meanwhile();
    await releaseHolds(stack.admin);
  }

  async function undelivered(): Promise<readonly UndeliveredJob[]> {
    return (await queue.query(describeQueueQuery)).undelivered;
  }

  /** The jobs whose changes were handed out, in order. */
  async function handedOut(jobIds: readonly string[]): Promise<readonly string[]> {
    const calls: { jobId: string; number: number }[] = [];
    for (const jobId of jobIds) {
      const { ledger } = await evidenceOf(stack.admin, jobId);
      for (const { operation, number } of Calls.parse(ledger)) {
        if (operation === 'fetchStatusChange') calls.push({ jobId, number });
      }
    }
    return calls.sort((one, other) => one.number - other.number).map(({ jobId }) => jobId);
  }

  /** The most attempts that any drain of the queue has needed. */
  async function mostAttempts(): Promise<number> {
    const { events = [] } = await queue.fetchHistory();
    const started = (events ?? []).map(
      ({ activityTaskStartedEventAttributes: started }) => started?.attempt ?? 0,
    );
    return Math.max(...started);
  }

  /** The newest revision of a job's ledger entry. */
  function ledgerFile(reference: string): string {
    const { organizationNumber } = loadWorkerSettings(stack.env);
    const name = createHash('sha256').update(reference).digest('hex');
    const folder = join(stack.storageFolder, 'ledger', organizationNumber, 'references', name);
    const newest = Math.max(...readdirSync(folder).map((file) => Number.parseInt(file, 10) || 0));
    return join(folder, `${newest}.json`);
  }

  function replaceFile(file: string, content: string): void {
    rmSync(file);
    writeFileSync(file, content);
  }

  it('with a damaged ledger entry is skipped, and delivered after the entry is repaired', async () => {
    const references = ['damaged-1', 'damaged-2', 'damaged-3'];
    const damaged: string[] = [];
    for (const reference of references) damaged.push(await createdJob(reference));
    const healthy = await createdJob('healthy');
    const files = references.map((reference) => ({ path: ledgerFile(reference), content: '' }));
    await signWhileNothingIsPolled([...damaged, healthy], () => {
      for (const file of files) {
        file.content = readFileSync(file.path, 'utf8');
        replaceFile(file.path, '{"torn');
      }
    });

    const { outcome } = await client.waitForResult('healthy');
    assert.equal(outcome, 'SIGNED');
    await finalConfirmationOf(stack.admin, healthy);
    assert.deepEqual(await handedOut([...damaged, healthy]), [...damaged, healthy]);
    assert.equal(await mostAttempts(), 1, 'no drain has failed');
    for (const id of damaged) {
      const { confirmedVersion, latestVersion } = await evidenceOf(stack.admin, id);
      assert.ok(confirmedVersion < latestVersion, 'an undelivered change is not confirmed');
    }
    const told = await waitFor(
      async () => {
        const jobs = await undelivered();
        return jobs.length === damaged.length ? jobs : undefined;
      },
      { what: 'the undelivered changes are shown' },
    );
    assert.deepEqual(
      told.map(({ signatureJobId, reason, code, count }) => ({ signatureJobId, reason, code, count })),
      damaged.map((signatureJobId) => ({
        signatureJobId,
        reason: 'UNDELIVERABLE',
        code: 'STORED_CONTENT_DAMAGED',
        count: 1,
      })),
    );
    for (const id of damaged) {
      assert.match(worker.logged(), new RegExp(`${id}.*STORED_CONTENT_DAMAGED.*not delivered`, 'u'));
    }

    const [queueInView] = await client.listQueues({ undelivered: true });
    assert.deepEqual(
      [queueInView?.flow, queueInView?.pollingQueue, queueInView?.polled],
      ['PORTAL', DEFAULT_POLLING_QUEUE, true],
    );
    const view = await runSignering({
      args: ['list', '--view', 'undeliverable'],
      env: stack.env,
      cwd: stack.folder,
    });
    assert.equal(view.exitCode, 0, view.stderr);
    for (const id of damaged) assert.match(view.stdout, new RegExp(`job ${id}: UNDELIVERABLE`, 'u'));
    const narrowed = ['list', '--view', 'undeliverable', '--ended-after', '2026-01-01T00:00Z'];
    const refused = await runSignering({ args: narrowed, env: stack.env, cwd: stack.folder });
    assert.equal(refused.exitCode, 2);
    assert.match(refused.stderr, /polling queues: it cannot be used with --ended-after/u);

    for (const { path, content } of files) replaceFile(path, content);
    await stack.admin.advanceClock(RE_DELIVERY_SECONDS);
    for (const id of damaged) await finalConfirmationOf(stack.admin, id);
    await waitFor(async () => (await undelivered()).length === 0, { what: 'nothing is undelivered' });
    await waitFor(async () => (await client.listQueues({ undelivered: true })).length === 0, {
      what: 'no queue is in the view',
    });
  });

  it('that is unreadable is skipped, and delivered when the service hands it out again', async () => {
    const unreadable = await createdJob('unreadable');
    const healthy = await createdJob('healthy');
    await stack.admin.call('POST', '/faults', { fault: 'malformedXml', operation: 'fetchStatusChange' });
    await signWhileNothingIsPolled([unreadable, healthy], () => undefined);
    await finalConfirmationOf(stack.admin, healthy);
    assert.deepEqual(await handedOut([unreadable, healthy]), [unreadable, healthy]);
    assert.equal(await mostAttempts(), 1, 'no drain has failed');
    const [told] = await waitFor(
      async () => {
        const jobs = await undelivered();
        return jobs.length > 0 ? jobs : undefined;
      },
      { what: 'the unreadable change is shown' },
    );
    assert.deepEqual(
      [told?.signatureJobId, told?.reason, told?.code],
      [unreadable, 'UNDELIVERABLE', 'UNREADABLE_RESPONSE'],
    );
    await stack.admin.advanceClock(RE_DELIVERY_SECONDS);
    await finalConfirmationOf(stack.admin, unreadable);
    await waitFor(async () => (await undelivered()).length === 0, { what: 'nothing is undelivered' });
  });

  it('blocks the queue while storage is unavailable, and is delivered first afterwards', async () => {
    const jobIds = [await createdJob('first'), await createdJob('second'), await createdJob('third')];
    const ledger = join(stack.storageFolder, 'ledger');
    await signWhileNothingIsPolled(jobIds, () => {
      renameSync(ledger, `${ledger}-away`);
      writeFileSync(ledger, '');
    });
    const drainOf = async () => (await queue.describe()).raw.pendingActivities?.[0];
    await waitFor(async () => ((await drainOf())?.attempt ?? 0) >= 3, {
      what: 'the drain has failed twice',
      explain: () => worker.logged(),
    });
    assert.deepEqual(await handedOut(jobIds), jobIds.slice(0, 1));

    rmSync(ledger);
    renameSync(`${ledger}-away`, ledger);
    for (const id of jobIds) await finalConfirmationOf(stack.admin, id);
    assert.deepEqual(await handedOut(jobIds), jobIds, 'no change was handed out twice');
    assert.deepEqual(await undelivered(), []);
  });
});
