import assert from 'node:assert/strict';
import { Metadata } from '@grpc/grpc-js';
import { Client, Connection, ServiceError } from '@temporalio/client';
import { loadClientSettings, SigningClient, type ClientSettings } from '@signering/client';
import { formatKeys, generateKey } from '@signering/encryption';
import { createNamespace, freshStorage, sharedTemporal, waitFor } from '../fixtures/index.js';
import { pdfSaying, validRequest } from './requests.js';

describe('a client on the connection of its caller', () => {
  let connection: Connection;
  let temporalClient: Client;
  const started: string[] = [];
  const refuseQuery: { with?: Error } = {};
  const failures: unknown[] = [];
  let settings: ClientSettings;
  let client: SigningClient;

  before(async () => {
    const { address } = await sharedTemporal();
    const namespace = await createNamespace(address);
    connection = await Connection.connect({ address });
    temporalClient = new Client({
      connection,
      namespace,
      interceptors: {
        workflow: [
          {
            startWithDetails: (input, next) => {
              started.push(input.options.workflowId);
              return next(input);
            },
            query: (input, next) => {
              if (refuseQuery.with !== undefined) throw refuseQuery.with;
              return next(input);
            },
          },
        ],
      },
    });
    settings = loadClientSettings({
      SIGNERING_ORGANIZATION: '910000007',
      SIGNERING_STORAGE: await freshStorage(),
      SIGNERING_KEYS: formatKeys([generateKey('test')]),
      // Not used: the connection is the caller's.
      TEMPORAL_ADDRESS: '127.0.0.1:9',
    });
    client = await SigningClient.connect({
      settings,
      temporalClient,
      logger: { debug: (_, facts) => failures.push(facts?.['code']), warn: () => undefined },
    });
  });
  after(() => connection.close());

  it('starts jobs there, through its interceptors, and encrypts their input with its own keys', async () => {
    const request = { ...validRequest(await pdfSaying('Lease')), reference: 'on-your-connection' };
    // A new namespace is not known to every part of Temporal at once.
    const { workflowId } = await waitFor(() => client.startPortalJob(request), {
      what: 'a job starts in the new namespace',
    });
    assert.ok(started.includes(workflowId));
    const { events } = await temporalClient.workflow.getHandle(workflowId).fetchHistory();
    const [payload] = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
    assert.doesNotMatch(Buffer.from(payload?.data ?? []).toString('latin1'), /Lease|14838500073/u);
  });

  it('gives its logger the code of each call to Temporal that failed', async () => {
    await assert.rejects(client.getJob('on-your-connection', { timeoutMs: 8_000 }), {
      code: 'WORKER_UNAVAILABLE',
    });
    assert.ok(failures.includes('TEMPORAL_UNAVAILABLE'), failures.join(' '));
  });

  it('gives its logger the code of a call that a server under load ended itself', async () => {
    for (const [code, details] of [
      [1, 'context canceled'],
      [2, 'context deadline exceeded'],
    ] as const) {
      failures.length = 0;
      const answer = Object.assign(new Error(details), { code, details, metadata: new Metadata() });
      refuseQuery.with = new ServiceError('Failed to query Workflow', { cause: answer });
      await assert.rejects(client.getJob('on-your-connection', { timeoutMs: 30_000 }), {
        code: 'WORKER_UNAVAILABLE',
      });
      delete refuseQuery.with;
      assert.deepEqual(failures, ['TEMPORAL_UNAVAILABLE'], details);
    }
  });

  it('tells its logger that a watch goes on while no worker answers, also in a watch of a day', async () => {
    const warnings: unknown[] = [];
    const impatient = await SigningClient.connect({
      settings,
      temporalClient,
      callTimeoutMs: 2_000,
      logger: { debug: () => undefined, warn: (_, facts) => warnings.push(facts?.['code']) },
    });
    const stop = new AbortController();
    const interruptions: string[] = [];
    const changes = impatient.watchJob('on-your-connection', {
      timeoutMs: 24 * 60 * 60_000,
      signal: stop.signal,
      onInterruption: ({ code }) => {
        interruptions.push(code);
        stop.abort();
      },
    });
    await assert.rejects(changes.next(), { name: 'AbortError' });
    assert.match(interruptions.join(' '), /^(?:WORKER|TEMPORAL)_UNAVAILABLE$/u);
    assert.deepEqual(warnings, interruptions);
    await impatient.close();
  });

  it('leaves the connection open when it is closed', async () => {
    await client.close();
    await assert.rejects(client.listQueues(), { code: 'CLIENT_CLOSED', retryable: false });
    await connection.workflowService.getSystemInfo({});
  });
});
