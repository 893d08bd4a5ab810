import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { createAdvanceBatchActivity } from '@signering/activities/internal/advance-batch.js';
import { createCreateSignatureJobActivity } from '@signering/activities/internal/create-signature-job.js';
import { claimOf } from '@signering/activities/internal/recorded-job.js';
import {
  TASK_QUEUE,
  webhookDeliveryWorkflowId,
  type DocumentRef,
  type PublishedEvent,
} from '@signering/contract';
import { createJsonEncryption, formatKeys, generateKey, parseKeys } from '@signering/encryption';
import { openFileStorage, type BatchEvent, type Storage } from '@signering/storage';
import { createNamespace, freshFolder, sharedTemporal } from '../fixtures/index.js';
import { startTestService, type TestService } from '../signing-api/test-service.js';
import { runActivity } from './activity-stage.js';
import { createInput, ORGANIZATION } from './signing-input.js';

describe('the rows of a batch in storage', function () {
  this.timeout(60_000);
  let service: TestService;
  let connection: Connection;
  let temporal: Client;
  let storage: Storage;
  let root: string;
  let document: DocumentRef;
  const encryption = createJsonEncryption(parseKeys(formatKeys([generateKey('test-1')])));
  let advance: ReturnType<typeof createAdvanceBatchActivity>['advanceBatch'];
  let create: ReturnType<typeof createCreateSignatureJobActivity>['createSignatureJob'];

  before(async () => {
    service = await startTestService();
    const { address } = await sharedTemporal();
    connection = await Connection.connect({ address });
    root = freshFolder('batches');
    storage = await openFileStorage({ root, create: true });
    document = await storage.documents.put(Buffer.from('%PDF-1.4'), {
      name: 'avtale.pdf',
      mediaType: 'application/pdf',
    });
    temporal = new Client({ connection, namespace: await createNamespace(address) });
    ({ advanceBatch: advance } = createAdvanceBatchActivity({
      ...storage,
      temporal,
      taskQueue: TASK_QUEUE,
      encryption,
      webhookReceivers: [{ id: 'case-system' }],
    }));
    ({ createSignatureJob: create } = createCreateSignatureJobActivity({
      ...storage,
      portal: service.api.portal,
      direct: service.api.direct,
      encryption,
      ambiguousCreate: 'ask',
      senders: new Set([ORGANIZATION]),
    }));
  });

  after(async () => {
    await service.stop();
    await connection.close();
  });

  const batchOf = (reference: string) => ({ organizationNumber: ORGANIZATION, reference });
  const entryOf = (reference: string) => storage.ledger.find({ organizationNumber: ORGANIZATION, reference });

  async function claim(reference: string, batch: string, contentDigest = 'c'.repeat(64)) {
    const { sendAgainAfter: _, ...job } = createInput(reference, document);
    return storage.ledger.claim({ ...(await claimOf({ ...job, contentDigest }, encryption)), batch });
  }

  async function handOver(batch: string, references: readonly string[]): Promise<number> {
    for (const reference of references) await claim(reference, batch);
    return storage.batches.addRows(
      batchOf(batch),
      references.map((reference, index) => ({ reference, row: index + 2 })),
    );
  }

  const record = (batch: string, event: Omit<BatchEvent, 'at'>) =>
    storage.batches.record(batchOf(batch), { ...event, at: new Date().toISOString() });

  const advanced = (batch: string, position = { handled: 0 }) =>
    runActivity(advance, { ...batchOf(batch), ...position });

  it('are withdrawn by a cancellation although their workflows run, and are not sent by them', async () => {
    const list = await handOver('running', ['r-1', 'r-2']);
    const refused = await claim('r-2', 'running');
    const attempt = { attempt: 1, startedAt: new Date().toISOString(), outcome: 'REFUSED' } as const;
    await storage.ledger.advance(refused, { attempts: [attempt] });
    await record('running', { event: 'RELEASED', lists: [list] });
    // No worker runs: both workflows are in flight.
    const started = await advanced('running');
    assert.deepEqual([started.handled, started.later], [2, [1, 2]]);
    await record('running', { event: 'CANCELLED', lists: [list] });
    const cancelled = await advanced('running');
    assert.equal(cancelled.counts?.WITHDRAWN, 2);
    assert.equal(cancelled.hasEnded, true);
    await advanced('running');
    // Published once.
    const id = webhookDeliveryWorkflowId(ORGANIZATION, 'running');
    const { events } = await temporal.workflow.getHandle(id).fetchHistory();
    const signals = (events ?? []).flatMap(
      ({ workflowExecutionSignaledEventAttributes: signal }) => signal?.input?.payloads ?? [],
    );
    assert.equal(signals.length, 1);
    const { events: published } = JSON.parse(Buffer.from(signals[0]?.data ?? []).toString('utf8')) as {
      readonly events: readonly PublishedEvent[];
    };
    assert.deepEqual(
      published.map(({ type, facts, receivers }) => [type, facts.counts?.WITHDRAWN, receivers]),
      [['batch.completed', 2, ['case-system']]],
    );
    for (const reference of ['r-1', 'r-2']) {
      await assert.rejects(create(createInput(reference, document)), { code: 'JOB_WITHDRAWN' });
    }
    assert.deepEqual(service.requests, []);
    assert.equal((await entryOf('r-1'))?.abandoned?.withdrawn, true);
  });

  it('take corrected content after a cancellation, and only then', async () => {
    await handOver('corrected', ['c-1']);
    await assert.rejects(claim('c-1', 'corrected', 'e'.repeat(64)), { code: 'REFERENCE_IN_USE' });
    // The hand-over was broken off: nothing was released.
    await record('corrected', {
      event: 'CANCELLED',
      lists: await storage.batches.lists(batchOf('corrected')),
    });
    assert.equal((await advanced('corrected')).hasEnded, true);
    assert.equal((await entryOf('c-1'))?.abandoned?.withdrawn, true);
    const entry = await claim('c-1', 'corrected', 'e'.repeat(64));
    assert.equal(entry.contentDigest, 'e'.repeat(64));
    assert.equal(entry.abandoned, undefined);
  });

  it('of a hand-over that was broken off are not released with later ones', async () => {
    await handOver('broken-off', ['b-1']);
    const list = await handOver('broken-off', ['b-2']);
    await record('broken-off', { event: 'RELEASED', lists: [list] });
    const { counts } = await advanced('broken-off');
    assert.equal(counts?.UNSENT, 1);
    const { lists = [] } = (await storage.batches.find(batchOf('broken-off'))) ?? {};
    assert.deepEqual(lists, [list]);
  });

  it('go on past a row whose ledger entry is damaged, and count it', async () => {
    const list = await handOver('damaged', ['d-1', 'd-2', 'd-3']);
    await damage('d-2');
    await record('damaged', { event: 'RELEASED', lists: [list] });
    const sent = await advanced('damaged');
    assert.deepEqual([sent.handled, sent.later], [3, [1, 3]]);
    assert.deepEqual([sent.counts?.UNREADABLE, sent.counts?.UNSENT], [1, 2]);
  });

  it('stop being started when a person pauses the batch, and its end is not recorded after a new release', async () => {
    const list = await handOver('news', ['n-1']);
    await record('news', { event: 'RELEASED', lists: [list] });
    const { newest = 0 } = (await storage.batches.find(batchOf('news'))) ?? {};
    await record('news', { event: 'PAUSED' });
    assert.deepEqual([(await advanced('news')).isPaused, (await advanced('news')).handled], [true, 0]);
    await record('news', { event: 'RELEASED', lists: [list] });
    await record('news', { event: 'ENDED', seen: newest });
    assert.equal((await storage.batches.find(batchOf('news')))?.ended, undefined);
  });

  async function damage(reference: string): Promise<void> {
    const folder = join(root, 'ledger', ORGANIZATION, 'references');
    for (const name of await readdir(folder, { recursive: true })) {
      if (!name.endsWith('.json')) continue;
      const path = join(folder, name);
      const text = await readFile(path, 'utf8');
      if (text.includes(`"${reference}"`)) await writeFile(path, '{');
    }
  }
});
