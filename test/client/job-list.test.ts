import assert from 'node:assert/strict';
import { Client, Connection, type Payload } from '@temporalio/client';
import type { SearchAttributePair } from '@temporalio/common';
import {
  InvalidInputError,
  SigningClient,
  type JobDescription,
  type JobSummary,
  type JobView,
  type ListJobsOptions,
} from '@signering/client';
import {
  SIGNING_NEEDS_OPERATOR,
  SIGNING_SERVICE_KEEPS_UNTIL,
  SIGNING_STATE,
  signingStartOptionsOf,
  TASK_QUEUE,
  type PortalSigningInput,
  type SigningState,
} from '@signering/contract';
import { createDataConverter, formatKeys, generateKey, parseKeys } from '@signering/encryption';
import type { ClientSettings } from '@signering/settings';
import { createNamespace, freshStorage, sharedTemporal, waitFor } from '../fixtures/index.js';
import { pdfSaying, validRequest } from './requests.js';
import { settleJob } from './settled-job.js';

describe('the list of jobs', () => {
  let settings: ClientSettings;
  let client: SigningClient;
  let temporal: Client;
  let connection: Connection;
  let content: Uint8Array;

  before(async () => {
    const { address } = await sharedTemporal();
    const keys = parseKeys(formatKeys([generateKey('test')]));
    settings = {
      organizationNumber: '910000007',
      storage: await freshStorage(),
      keys,
      pollingQueue: 'signering-workflows',
      callTimeoutMs: 10_000,
      temporal: { connection: { address }, namespace: await createNamespace(address) },
    };
    client = await SigningClient.connect({ settings });
    connection = await Connection.connect({ address });
    const { namespace } = settings.temporal;
    temporal = new Client({ connection, namespace, dataConverter: createDataConverter(keys) });
    await waitFor(async () => (await listed({})).length === 0, { what: 'the new namespace can be searched' });
    content = await pdfSaying('Lease');
  });
  after(async () => {
    await client.close();
    await connection.close();
  });

  it('is of one organisation, and can be narrowed by state and flow', async () => {
    await client.startPortalJob({ ...validRequest(content), reference: 'listed' });
    const job = await waitFor(
      async () =>
        (await listed({ states: ['CREATING', 'OVERDUE'], flow: 'PORTAL' })).find(
          ({ reference }) => reference === 'listed',
        ),
      { what: 'the job is in the list' },
    );
    // Text: a Date would differ.
    assert.equal(job.startedAt, new Date(job.startedAt).toISOString());
    assert.deepEqual(
      { ...job, startedAt: 0 },
      { reference: 'listed', flow: 'PORTAL', status: 'RUNNING', state: 'CREATING', startedAt: 0 },
    );
    assert.deepEqual(await listed({ states: ['SIGNED'] }), []);
    assert.deepEqual(await listed({ flow: 'DIRECT' }), []);
    const other = await SigningClient.connect({ settings: { ...settings, organizationNumber: '910000015' } });
    assert.deepEqual((await other.listJobs()).jobs, []);
    await other.close();
  });

  it('has a filter, of which every mistake is named', async () => {
    const wrong = {
      states: ["X' OR SigningState != '" as 'SIGNED'],
      statuses: ['FAILED' as never],
      flow: "PORTAL' OR ''='" as 'PORTAL',
      endedAfter: '2026-03-01T09:00',
      view: 'BROKEN' as 'OVERDUE',
      limit: 0,
      failed: true,
    };
    await assert.rejects(client.listJobs(wrong), (error) => {
      assert.ok(error instanceof InvalidInputError);
      assert.deepEqual(
        error.problems.map(({ path }) => path),
        Object.keys(wrong),
      );
      return error.code === 'INVALID_REQUEST';
    });
    await assert.rejects(client.listJobs({ states: [] }), { code: 'INVALID_REQUEST' });
    const noSuchDay = { endedAfter: '2026-02-30T09:00:00Z' };
    await assert.rejects(client.listJobs(noSuchDay), { code: 'INVALID_REQUEST', message: /endedAfter/u });
  });

  it('comes page by page, from a cursor that any client of the organisation takes', async () => {
    const references = ['page 1', 'page 2', 'page 3'];
    for (const reference of references) await client.startPortalJob({ ...validRequest(content), reference });
    await waitFor(
      async () => {
        const all = await listedReferences();
        return references.every((reference) => all.includes(reference));
      },
      { what: 'the jobs are in the list' },
    );
    const other = await SigningClient.connect({ settings });
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await (found.length % 2 === 0 ? client : other).listJobs({ limit: 1, cursor });
      assert.ok(page.jobs.length <= 1);
      found.push(...page.jobs.map(({ reference }) => reference));
      cursor = page.cursor;
    } while (cursor !== undefined);
    await other.close();
    assert.deepEqual(found, await listedReferences());
    const first = await client.listJobs({ limit: 1 });
    const elsewhere = { limit: 1, cursor: first.cursor, flow: 'DIRECT' as const };
    await assert.rejects(client.listJobs(elsewhere), {
      code: 'INVALID_REQUEST',
      message: /cursor: must be/u,
    });
    const damaged = `${String(first.cursor).slice(0, 17)}AAAA`;
    await assert.rejects(client.listJobs({ cursor: damaged }), { code: 'INVALID_REQUEST' });
  });

  it('has the jobs whose process failed, unless they were sent again or have an outcome', async () => {
    const since = new Date().toISOString();
    const start = async (reference: string) => {
      const request = { ...validRequest(content), reference };
      const { workflowId } = await client.startPortalJob(request);
      return { request, terminate: () => temporal.workflow.getHandle(workflowId).terminate('test') };
    };
    const lost = await start('lost');
    const again = await start('sent again');
    const archived = await start('archived before');
    await settleJob({ ...settings, reference: 'archived before' });
    await Promise.all([lost, again, archived].map(({ terminate }) => terminate()));
    await client.startPortalJob(again.request);
    const failed = await waitFor(
      async () => {
        const jobs = await listed({ statuses: ['PROCESS_FAILED'], endedAfter: new Date(since) });
        return jobs.length === 1 ? jobs : undefined;
      },
      { what: 'only one job has a failed process' },
    );
    assert.deepEqual(
      failed.map(({ reference, status, state }) => [reference, status, state]),
      [['lost', 'PROCESS_FAILED', 'CREATING']],
    );
    const ended = await waitFor(
      async () => {
        const jobs = await listed({ endedAfter: since });
        return jobs.length === 2 ? jobs : undefined;
      },
      { what: 'two jobs have ended' },
    );
    assert.deepEqual(ended.map(({ reference, status, state }) => [reference, status, state]).sort(), [
      ['archived before', 'ENDED', 'SIGNED'],
      ['lost', 'PROCESS_FAILED', 'CREATING'],
    ]);
    const referencesOf = async (statuses: readonly JobDescription['status'][]) =>
      (await listed({ statuses })).map(({ reference }) => reference);
    assert.deepEqual(await referencesOf(['ENDED']), ['archived before']);
    const running = await waitFor(
      async () => {
        const references = await referencesOf(['RUNNING']);
        return references.includes('sent again') && references;
      },
      { what: 'the new run is listed' },
    );
    assert.ok(!running.includes('lost'), running.join(' '));
    assert.ok((await referencesOf(['RUNNING', 'PROCESS_FAILED'])).includes('lost'));
    assert.deepEqual(await listed({ endedAfter: '2100-01-01T00:00:00Z' }), []);
    await again.terminate();
  });

  it('has every other job and the rest of an unreadable one, whose input and memo have another encoding', async () => {
    const encoding = Buffer.from('later/encoding');
    const encode = (payloads: Payload[]) =>
      Promise.resolve(payloads.map(({ data }) => ({ metadata: { encoding }, data: data ?? null })));
    const codec = { encode, decode: (payloads: Payload[]) => Promise.resolve(payloads) };
    const { namespace } = settings.temporal;
    const foreign = new Client({ connection, namespace, dataConverter: { payloadCodecs: [codec] } });
    const identity = { organizationNumber: '910000007', contentDigest: '', storageId: '' };
    for (const reference of ['unreadable', 'unreadable and ended']) {
      const input = {
        version: 1,
        ...identity,
        reference,
        job: { signers: [], documents: [] },
      } as unknown as PortalSigningInput;
      const options = signingStartOptionsOf('PORTAL', input);
      await foreign.workflow.start('portalSigning', {
        ...options,
        taskQueue: TASK_QUEUE,
        memo: { note: 'unreadable' },
      });
    }
    await temporal.workflow.getHandle('signing/910000007/unreadable and ended').terminate();
    const found = await waitFor(
      async () => {
        const jobs = await listed({ states: ['CREATING'], details: true });
        const unreadable = jobs.filter(({ reference }) => reference.startsWith('unreadable'));
        const isComplete = unreadable.length === 2 && unreadable[1]?.status === 'PROCESS_FAILED';
        return isComplete ? { unreadable, others: jobs.length - 2 } : undefined;
      },
      { what: 'the unreadable jobs are in the list' },
    );
    assert.ok(found.others > 0);
    assert.deepEqual(
      found.unreadable.map(({ reference, title }) => [reference, title]),
      [
        ['unreadable', undefined],
        ['unreadable and ended', undefined],
      ],
    );
  });

  it('has a view for each thing that an operator looks for', async () => {
    const keeps = { key: SIGNING_SERVICE_KEEPS_UNTIL, value: new Date('2026-12-24T12:00:00Z') };
    const operator = { key: SIGNING_NEEDS_OPERATOR, value: 'ARCHIVE_BROKEN' };
    await start('view waiting', { state: 'WAITING_FOR_SIGNERS', more: [keeps] });
    await start('view overdue', { state: 'OVERDUE' });
    await start('view broken', { state: 'ARCHIVE_BROKEN', more: [keeps, operator] });
    const lost = await start('view lost', { state: 'WAITING_FOR_SIGNERS', more: [keeps] });
    await lost.terminate('test');
    await client.startPortalJob({ ...validRequest(content), reference: 'view archived' });
    await temporal.workflow.getHandle('signing/910000007/view archived').terminate('test');
    const archived = await start('view archived', { state: 'ARCHIVING', more: [keeps] });
    await settleJob({ ...settings, reference: 'view archived' });
    await archived.terminate('test');
    const { namespace } = settings.temporal;
    const dataConverter = createDataConverter(parseKeys(formatKeys([generateKey('another')])));
    const withOtherKey = new Client({ connection, namespace, dataConverter });
    await start('view unreadable', { state: 'WAITING_FOR_SIGNERS', by: withOtherKey });

    const views: Record<JobView, readonly string[]> = {
      OVERDUE: ['view overdue'],
      NEEDS_OPERATOR: ['view broken'],
      NOT_ARCHIVED: ['view broken', 'view lost'],
      UNREADABLE: ['view unreadable'],
    };
    for (const view of ['OVERDUE', 'NEEDS_OPERATOR', 'NOT_ARCHIVED', 'UNREADABLE'] as const) {
      let found = '';
      await waitFor(
        async () => {
          const references = (await listed({ view })).map(({ reference }) => reference);
          found = references
            .filter((reference) => reference.startsWith('view'))
            .sort()
            .join();
          return found === views[view].join();
        },
        { what: `the view ${view} has ${views[view].join(' and ')}`, explain: () => found },
      );
    }
  });

  /** Starts a workflow that no worker takes, with the search attributes that a worker would have set. */
  async function start(
    reference: string,
    { state, more = [], by = temporal }: { state: SigningState; more?: SearchAttributePair[]; by?: Client },
  ) {
    const input = { version: 1, organizationNumber: '910000007', reference, contentDigest: '' };
    const job = { signers: [], documents: [] };
    const options = signingStartOptionsOf('PORTAL', { ...input, job } as unknown as PortalSigningInput);
    const own = options.typedSearchAttributes.filter(({ key }) => key !== SIGNING_STATE);
    return by.workflow.start('portalSigning', {
      ...options,
      taskQueue: TASK_QUEUE,
      typedSearchAttributes: [...own, { key: SIGNING_STATE, value: state }, ...more],
    });
  }

  async function listed(options: ListJobsOptions): Promise<readonly JobSummary[]> {
    return (await client.listJobs(options)).jobs;
  }

  async function listedReferences(): Promise<readonly string[]> {
    const found: string[] = [];
    for await (const { reference } of client.listAllJobs()) found.push(reference);
    return found;
  }
});
