import assert from 'node:assert/strict';
import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { createCreateSignatureJobActivity } from '@signering/activities/internal/create-signature-job.js';
import { claimOf } from '@signering/activities/internal/recorded-job.js';
import { createRemoveDocumentsActivity } from '@signering/activities/internal/remove-documents.js';
import { startClaimedJob } from '@signering/activities/internal/start-claimed-job.js';
import {
  signingWorkflowId,
  TASK_QUEUE,
  webhookDeliveryWorkflowId,
  type PublishedEvent,
} from '@signering/contract';
import { BatchTally, isErasable, type ReferenceLedger, type Storage } from '@signering/storage';
import { startTestService, type TestService } from '../signing-api/test-service.js';
import { runActivity } from './activity-stage.js';
import { openBatchStage, type BatchStage } from './batch-stage.js';
import { createInput, ORGANIZATION } from './signing-input.js';

describe('the rows of a batch that is cancelled', () => {
  let stage: BatchStage;
  let service: TestService;
  before(async () => {
    stage = await openBatchStage();
    service = await startTestService();
  });
  after(async () => {
    await service.stop();
    await stage.close();
  });

  it('are withdrawn by a cancellation although their workflows run, and are not sent by them', async () => {
    const { temporal, storage, encryption, document, entryOf, claim, handOver, record, advanced } = stage;
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
    const { createSignatureJob } = createCreateSignatureJobActivity({
      ...storage,
      portal: service.api.portal,
      direct: service.api.direct,
      encryption,
      ambiguousCreate: 'ask',
      senders: new Set([ORGANIZATION]),
    });
    for (const reference of ['r-1', 'r-2']) {
      await assert.rejects(createSignatureJob(createInput(reference, document)), { code: 'JOB_WITHDRAWN' });
    }
    assert.deepEqual(service.requests, []);
    assert.equal((await entryOf('r-1'))?.abandoned?.withdrawn, true);
  });

  it('take corrected content after a cancellation, and only then', async () => {
    const { storage, batchOf, entryOf, claim, handOver, record, advanced } = stage;
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

  it('keep their documents until they are withdrawn, and can be erased then', async () => {
    const { root, storage, encryption, batchOf, entryOf, record, advanced } = stage;
    const content = Buffer.from('%PDF-1.4 of one row');
    const own = await storage.documents.put(content, { name: 'own.pdf', mediaType: 'application/pdf' });
    const { sendAgainAfter: _, ...job } = createInput('own-1', own);
    await storage.ledger.claim({ ...(await claimOf(job, encryption)), batch: 'own' });
    const lists = [await storage.batches.addRows(batchOf('own'), [{ reference: 'own-1', row: 2 }])];
    const longAgo = new Date('2026-01-01');
    await utimes(join(root, 'documents', own.sha256.slice(0, 2), own.sha256), longAgo, longAgo);
    const { removeDocuments } = createRemoveDocumentsActivity({
      ...storage,
      retention: { documentsDays: 2 },
    });
    await runActivity(removeDocuments, { dryRun: false });
    assert.ok(await storage.documents.has(own), 'an unsent row needs it');
    await record('own', { event: 'CANCELLED', lists });
    await advanced('own');
    await runActivity(removeDocuments, { dryRun: false });
    assert.equal(await storage.documents.has(own), false);
    const withdrawn = await entryOf('own-1');
    assert.ok(withdrawn && isErasable(withdrawn));
    await storage.ledger.erase(withdrawn, { at: new Date().toISOString(), duplicates: [] }, []);
    const erased = await entryOf('own-1');
    assert.deepEqual([erased?.input, erased?.contentDigest], [undefined, undefined]);
    const cancelled = batchOf('own');
    const counts = await new BatchTally(storage.ledger).count(
      cancelled,
      storage.batches.rows(cancelled, lists),
    );
    assert.equal(counts.WITHDRAWN, 1);
  });

  it('are sent although their batch is handed over again while a worker withdraws them', async () => {
    const { storage, entryOf, claim, handOver, record, advanced } = stage;
    const again = async (batch: string, reference: string) => {
      await record(batch, { event: 'RELEASED', lists: [] });
      await claim(reference, batch, undefined, { renew: true });
    };
    // Between the worker's look at the log and its write of the entry, and before that look.
    for (const moment of ['advance', 'find'] as const) {
      const [batch, reference] = [`again-${moment}`, `again-${moment}-1`];
      const lists = [await handOver(batch, [reference])];
      await record(batch, { event: 'RELEASED', lists });
      await record(batch, { event: 'CANCELLED', lists });
      const restore = around(storage, moment, () => again(batch, reference));
      const raced = await advanced(batch);
      restore();
      assert.equal(raced.counts?.WITHDRAWN ?? 0, 0, moment);
      assert.equal((await entryOf(reference))?.abandoned, undefined, moment);
      const sent = await advanced(batch, raced);
      assert.deepEqual([sent.handled, sent.later], [1, [1]], 'its workflow is started');
    }
  });

  it('are withdrawn once, and the end is recorded once, when the worker is killed at any step and repeats it', async () => {
    const { storage, batchOf, handOver, record, advanced } = stage;
    const { ledger, batches } = storage;
    const methods = { advance: ledger.advance.bind(ledger), record: batches.record.bind(batches) };
    let isWhole = false;
    for (let fatal = 1; !isWhole; fatal += 1) {
      const [batch, rows] = [`dying-${fatal}`, [`y-${fatal}-1`, `y-${fatal}-2`]];
      const lists = [await handOver(batch, rows)];
      await record(batch, { event: 'RELEASED', lists });
      await record(batch, { event: 'CANCELLED', lists });
      let steps = 0;
      // Each write is two steps: killed before it, and killed after it. A killed worker writes no more.
      const step = async <T>(write: () => Promise<T>): Promise<T> => {
        if (++steps >= fatal) throw new Error('killed');
        const written = await write();
        if (++steps >= fatal) throw new Error('killed');
        return written;
      };
      ledger.advance = (...args) => step(() => methods.advance(...args));
      batches.record = (...args) => step(() => methods.record(...args));
      isWhole = await advanced(batch).then(
        () => true,
        () => false,
      );
      Object.assign(ledger, { advance: methods.advance });
      Object.assign(batches, { record: methods.record });
      assert.equal((await advanced(batch)).counts?.WITHDRAWN, 2, `step ${fatal}`);
      const { ended, newest } = (await storage.batches.find(batchOf(batch))) ?? {};
      assert.ok(ended, `step ${fatal}`);
      assert.equal(newest, 3, `step ${fatal}: released, cancelled, ended`);
    }
  });

  it('are looked at from the first one after each release, also if its signal was lost', async () => {
    const { claim, handOver, record, advanced } = stage;
    const lists = [await handOver('lost-signal', ['l-1', 'l-2'])];
    await record('lost-signal', { event: 'RELEASED', lists });
    await record('lost-signal', { event: 'CANCELLED', lists });
    const { opened, ...cancelled } = await advanced('lost-signal');
    assert.deepEqual([cancelled.handled, opened], [2, 2]);
    await record('lost-signal', { event: 'RELEASED', lists });
    for (const reference of ['l-1', 'l-2']) await claim(reference, 'lost-signal');
    const sent = await advanced('lost-signal', { handled: 2, ...(opened !== undefined && { opened }) });
    assert.deepEqual([sent.later, sent.counts?.UNSENT], [[1, 2], 2]);
  });

  it('are cancelled past one whose creation is in doubt, which waits for the answer', async () => {
    const { temporal, storage, entryOf, handOver, record, advanced } = stage;
    const lists = [await handOver('doubt', ['q-1', 'q-2'])];
    const attempt = { attempt: 1, startedAt: new Date().toISOString(), outcome: 'AMBIGUOUS' } as const;
    const doubted = await entryOf('q-1');
    assert.ok(doubted);
    await storage.ledger.advance(doubted, { attempts: [attempt] });
    await record('doubt', { event: 'RELEASED', lists });
    await record('doubt', { event: 'CANCELLED', lists, sentToo: true });
    const getHandle = temporal.workflow.getHandle.bind(temporal.workflow);
    const asked: string[] = [];
    temporal.workflow.getHandle = (workflowId, ...options) => {
      asked.push(workflowId);
      return getHandle(workflowId, ...options);
    };
    const { later, hasEnded, counts } = await advanced('doubt').finally(() => {
      temporal.workflow.getHandle = getHandle;
    });
    const isAsked = asked.includes(signingWorkflowId(ORGANIZATION, 'q-1'));
    assert.ok(!isAsked, 'the row in doubt holds nothing up');
    assert.deepEqual([later, hasEnded, counts?.WITHDRAWN, counts?.WAITING], [[1], false, 1, 1]);
  });

  it('that a hand-over claimed again, and did not release, are withdrawn also after the end, and never sent', async () => {
    const { storage, temporal, claim, entryOf, handOver, record, advanced } = stage;
    const lists = [await handOver('again', ['a-1'])];
    await record('again', { event: 'RELEASED', lists });
    const first = await entryOf('a-1');
    assert.ok(first);
    await storage.ledger.advance(first, { abandoned: { abandonedAt: new Date().toISOString() } });
    assert.equal((await advanced('again')).hasEnded, true);
    await claim('a-1', 'again', undefined, { renew: true });
    for (const event of ['PAUSED', 'RESUMED'] as const) {
      await record('again', { event });
      const { hasEnded, counts } = await advanced('again');
      assert.deepEqual([hasEnded, counts?.UNSENT], [true, 1], event);
    }
    await record('again', { event: 'CANCELLED', lists });
    const { counts, hasEnded } = await advanced('again');
    assert.deepEqual([counts?.WITHDRAWN, hasEnded], [1, true]);
    const workflow = temporal.workflow.getHandle(signingWorkflowId(ORGANIZATION, 'a-1'));
    await assert.rejects(workflow.describe(), { name: 'WorkflowNotFoundError' });
  });

  it('are withdrawn although the batch is paused after its cancellation', async () => {
    const { handOver, record, advanced } = stage;
    const lists = [await handOver('paused', ['w-1'])];
    await record('paused', { event: 'RELEASED', lists });
    await record('paused', { event: 'CANCELLED', lists });
    await record('paused', { event: 'PAUSED' });
    const { counts, isPaused, hasEnded } = await advanced('paused');
    assert.deepEqual([counts?.WITHDRAWN, isPaused, hasEnded], [1, false, true]);
  });

  it('are cancelled past rows whose workflows do not answer', async () => {
    const { temporal, storage, encryption, claim, handOver, record, advanced } = stage;
    // No worker runs: an update of a workflow gets no answer.
    const sent = Array.from({ length: 12 }, (_, index) => `u-${index}`);
    const lists = [await handOver('unanswered', [...sent, 'u-unsent'])];
    await record('unanswered', { event: 'RELEASED', lists });
    for (const reference of sent) {
      const entry = await claim(reference, 'unanswered');
      await startClaimedJob(entry, { ...storage, temporal, taskQueue: TASK_QUEUE, encryption });
      const created = { signatureJobId: reference, createdAt: new Date().toISOString() };
      await storage.ledger.advance(entry, { created });
    }
    await record('unanswered', { event: 'CANCELLED', lists, sentToo: true });
    const first = await advanced('unanswered');
    assert.deepEqual([first.handled, first.counts?.WITHDRAWN], [13, 1]);
    assert.equal(first.later?.length, 12);
    // The next run is broken off after the first looks: the one behind it begins with the others.
    around(storage, 'find', async () => {
      await record('unanswered', { event: 'PAUSED' });
    });
    const next = await advanced('unanswered', first);
    assert.deepEqual([next.later?.length, next.later?.slice(0, 2)], [12, first.later.slice(10)]);
  });
});

/** Does something once: before the next entry is written, or after the next one is read. */
function around({ ledger }: Storage, moment: 'advance' | 'find', action: () => Promise<void>): () => void {
  const methods = { advance: ledger.advance.bind(ledger), find: ledger.find.bind(ledger) };
  const restore = () => void Object.assign(ledger, methods);
  const interrupted: Pick<ReferenceLedger, 'advance' | 'find'> = {
    advance: async (entry, progress) => {
      restore();
      await action();
      return methods.advance(entry, progress);
    },
    find: async (key) => {
      restore();
      const entry = await methods.find(key);
      await action();
      return entry;
    },
  };
  Object.assign(ledger, { [moment]: interrupted[moment] });
  return restore;
}
