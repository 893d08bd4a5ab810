import assert from 'node:assert/strict';
import type { JobSummary } from '@signering/client';
import { InMemorySigningClient } from '@signering/client/testing';
import { directJob } from '../end-to-end/direct-jobs.js';
import { portalJob } from '../end-to-end/portal-jobs.js';
import { waitFor } from '../fixtures/index.js';

const LONG_AGO = '2020-01-01T00:00:00.000Z';

// What the cases of every client, signing-cases.ts, cannot do with the real one in a moment.
describe('the in-memory client, in the place of the real one', () => {
  let client: InMemorySigningClient;
  beforeEach(() => {
    client = new InMemorySigningClient();
  });
  afterEach(() => client.close());

  it('lists open jobs first, then those that ended last, with jobs whose process failed among them', async () => {
    const third = await portalJob('third');
    for (const reference of ['first', 'second', 'third', 'open']) {
      await client.startPortalJob(reference === 'third' ? third : await portalJob(reference));
    }
    client.sign('second');
    await nextMillisecond();
    client.failProcess('third', 'BROKER_NOT_AUTHORIZED');
    await nextMillisecond();
    client.sign('first');
    const { jobs } = await client.listJobs();
    assert.deepEqual(referencesOf(jobs), ['open', 'first', 'third', 'second']);
    const failed = await client.listJobs({ statuses: ['PROCESS_FAILED'], endedAfter: new Date(LONG_AGO) });
    assert.deepEqual(referencesOf(failed.jobs), ['third']);
    const others = await client.listJobs({ statuses: ['RUNNING', 'ENDED'] });
    assert.deepEqual(referencesOf(others.jobs), ['open', 'first', 'second']);
    await client.startPortalJob(third);
    assert.equal((await client.listJobs({ endedAfter: LONG_AGO })).jobs.length, 2);
  });

  it('has a job whose process failed after a signature in the view NOT_ARCHIVED', async () => {
    for (const reference of ['signed', 'failed', 'failed after a signature']) {
      await client.startPortalJob(await portalJob(reference, [1, 2]));
    }
    client.sign('signed');
    client.sign('failed after a signature', { signer: 1 });
    for (const reference of ['failed', 'failed after a signature']) {
      client.failProcess(reference, 'WORKER_FAULT');
    }
    const { jobs } = await client.listJobs({ view: 'NOT_ARCHIVED' });
    assert.deepEqual(referencesOf(jobs), ['failed after a signature']);
  });

  it('leaves no job out of a list when one ends between two pages', async () => {
    for (const reference of ['first', 'second', 'third']) {
      await client.startPortalJob(await portalJob(reference));
    }
    const { jobs, cursor } = await client.listJobs({ limit: 2 });
    assert.deepEqual(referencesOf(jobs), ['third', 'second']);
    client.sign('third');
    const next = await client.listJobs({ limit: 2, cursor });
    assert.deepEqual(referencesOf(next.jobs), ['first', 'third']);
    assert.equal(next.cursor, undefined);
  });

  it('takes a cursor with the filter and the sender of its page only', async () => {
    for (const reference of ['first', 'second']) await client.startPortalJob(await portalJob(reference));
    const { cursor } = await client.listJobs({ limit: 1 });
    const other = client.forSender('984661185');
    await assert.rejects(client.listJobs({ cursor, flow: 'PORTAL' }), { code: 'INVALID_REQUEST' });
    await assert.rejects(other.listJobs({ cursor }), { code: 'INVALID_REQUEST' });
    assert.deepEqual(referencesOf((await client.listJobs({ cursor })).jobs), ['first']);
  });

  it('learns nothing of a job whose process failed, until the same job is sent again', async () => {
    const request = await portalJob('portal');
    await client.startPortalJob(request);
    client.failProcess('portal', 'BROKER_NOT_AUTHORIZED');
    client.sign('portal');
    assert.equal((await client.getJob('portal')).status, 'PROCESS_FAILED');
    assert.equal((await client.startPortalJob(request)).outcome, 'SIGNED');
    assert.equal((await client.getJob('portal')).status, 'ENDED');
  });

  it('keeps the deadline of a job whose process failed, as the service does, and none of an ended one', async () => {
    for (const reference of ['failed', 'signed']) {
      await client.startPortalJob({ ...(await portalJob(reference)), availableSeconds: 3600 });
    }
    const running = await client.getJob('failed');
    assert.ok(running.status === 'RUNNING' && running.deadline !== undefined);
    assert.equal(Date.parse(running.deadline) - Date.parse(running.startedAt), 3_600_000);
    client.failProcess('failed', 'BROKER_NOT_AUTHORIZED');
    client.sign('signed');
    const described = [await client.getJob('failed'), await client.getJob('signed')];
    const { jobs } = await client.listJobs();
    for (const job of [...described, ...jobs]) {
      const deadline = 'deadline' in job ? job.deadline : undefined;
      assert.equal(deadline, job.status === 'PROCESS_FAILED' ? running.deadline : undefined, job.status);
    }
    assert.equal(jobs.length, 2);
  });

  it('has neither redirect URLs nor answers for returned signers once the process failed', async () => {
    await client.startDirectJob(await directJob('direct'));
    const { exitUrl = '' } = client.failCeremony('direct');
    const token = new URL(exitUrl).searchParams.get('status_query_token') ?? '';
    client.failProcess('direct', 'BROKER_NOT_AUTHORIZED');
    await assert.rejects(client.createRedirectUrl('direct', { signer: 1 }), { code: 'JOB_ENDED' });
    await assert.rejects(client.signerReturned('direct', { statusQueryToken: token, proved: true }), {
      code: 'BROKER_NOT_AUTHORIZED',
    });
  });

  it('withdraws rows of a paused batch that is cancelled, which take corrected content afterwards', async () => {
    const { documents } = await portalJob('any');
    const batch = (reference: string, title: string) => ({
      reference: 'leases',
      table: { content: Buffer.from(`reference,title\n${reference},${title}\n`) },
      template: { title: '{{title}}', documents, signers: [{ emailAddress: 'kari@example.com' }] },
    });
    await client.startBatch(batch('row-1', 'Lease'));
    await client.batches.pause('leases');
    await client.startBatch(batch('row-2', 'Lease'));
    await assert.rejects(client.getJob('row-2'), { code: 'JOB_NOT_FOUND' });
    await client.batches.cancel('leases', { reason: 'Wrong title' });
    const { state, counts } = await client.batches.get('leases');
    assert.deepEqual([state, counts.WAITING, counts.WITHDRAWN], ['CANCELLED', 1, 1]);
    await client.startBatch(batch('row-2', 'Another lease'));
    assert.equal((await client.batches.get('leases')).state, 'RUNNING');
    for (const reference of ['row-1', 'row-2']) client.sign(reference);
    assert.equal((await client.batches.get('leases')).state, 'COMPLETED');
  });

  it('ends pending waits when it is closed', async () => {
    await client.startPortalJob(await portalJob('waited-for'));
    const result = client.waitForResult('waited-for');
    await client.close();
    await assert.rejects(result, { code: 'CLIENT_CLOSED', retryable: false });
  });

  it('starts no job after a call that was aborted while it read the content', async () => {
    const request = await portalJob('aborted');
    const { content } = request.documents[0]!;
    assert.ok(content instanceof Uint8Array);
    const stop = new AbortController();
    let isReadToItsEnd = false;
    const chunks = (async function* () {
      yield await Promise.resolve(content);
      stop.abort();
      isReadToItsEnd = true;
    })();
    const call = client.startPortalJob(
      { ...request, documents: [{ content: chunks, title: 'Agreement' }] },
      { signal: stop.signal },
    );
    await assert.rejects(call, { name: 'AbortError' });
    await waitFor(() => isReadToItsEnd, { what: 'the content is read' });
    // Another job goes the same way after it.
    await client.startPortalJob(await portalJob('later'));
    await assert.rejects(client.getJob('aborted'), { code: 'JOB_NOT_FOUND' });
  });
});

function referencesOf(jobs: readonly JobSummary[]): readonly string[] {
  return jobs.map(({ reference }) => reference);
}

/** Moments of the list have milliseconds. */
async function nextMillisecond(): Promise<void> {
  const at = Date.now();
  await waitFor(() => Date.now() > at, { what: 'the next millisecond' });
}
