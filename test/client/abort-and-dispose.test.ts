import assert from 'node:assert/strict';
import { SigningClient, type DirectJobRequest } from '@signering/client';
import { formatKeys, generateKey, parseKeys } from '@signering/encryption';
import type { ClientSettings } from '@signering/settings';
import { createNamespace, freshStorage, sharedTemporal, waitFor } from '../fixtures/index.js';
import { directJob } from '../end-to-end/direct-jobs.js';
import { pdfSaying, validRequest } from './requests.js';

/** Longer than the test: a call that ends has ended by its signal. */
const CALL_TIMEOUT_MS = 600_000;

describe('a call of the client with a signal or a timeout, while no worker is there', () => {
  let settings: ClientSettings;
  let client: SigningClient;
  let content: Uint8Array;
  let direct: DirectJobRequest;

  before(async () => {
    const { address } = await sharedTemporal();
    settings = {
      organizationNumber: '910000007',
      storage: await freshStorage(),
      keys: parseKeys(formatKeys([generateKey('test')])),
      pollingQueue: 'signering-workflows',
      callTimeoutMs: CALL_TIMEOUT_MS,
      temporal: { connection: { address }, namespace: await createNamespace(address) },
    };
    client = await SigningClient.connect({ settings });
    content = await pdfSaying('Lease');
    direct = await directJob('direct');
    // A new namespace is not known to every part of Temporal at once.
    await waitFor(() => client.startPortalJob({ ...validRequest(content), reference: 'waiting' }), {
      what: 'a job starts in the new namespace',
    });
    // No worker answers; the call ends with its signal as soon as its workflow runs.
    const stop = new AbortController();
    const starting = assert.rejects(client.startDirectJob(direct, { signal: stop.signal }), {
      name: 'AbortError',
    });
    await waitFor(async () => (await client.listJobs({ flow: 'DIRECT' })).jobs.length === 1, {
      what: 'the direct job is listed',
    });
    stop.abort();
    await starting;
  });
  after(() => client.close());

  const waiting: Readonly<Record<string, (signal: AbortSignal) => Promise<unknown>>> = {
    startDirectJob: (signal) => client.startDirectJob(direct, { signal }),
    getJob: (signal) => client.getJob('waiting', { signal }),
    waitForResult: (signal) => client.waitForResult('waiting', { signal }),
    cancelJob: (signal) => client.cancelJob('waiting', { reason: 'a mistake', signal }),
    retryArchiving: (signal) => client.retryArchiving('waiting', { signal }),
    answerAmbiguousCreate: (signal) => client.answerAmbiguousCreate('waiting', 'GIVE_UP', { signal }),
    createRedirectUrl: (signal) => client.createRedirectUrl('direct', { signer: 1 }, { signal }),
    signerReturned: (signal) =>
      client.signerReturned('direct', { statusQueryToken: 'token', proved: true, signal }),
  };
  for (const [name, call] of Object.entries(waiting)) {
    it(`ends with the signal's reason while it waits: ${name}`, async () => {
      await assert.rejects(call(AbortSignal.timeout(500)), { name: 'TimeoutError' });
    });
  }

  const all: typeof waiting = {
    ...waiting,
    connect: (signal) => SigningClient.connect({ settings, signal }),
    startPortalJob: (signal) =>
      client.startPortalJob({ ...validRequest(content), reference: 'never' }, { signal }),
    acceptSignedDocuments: (signal) =>
      client.acceptSignedDocuments('waiting', { by: 'kari', reason: 'checked', signal }),
    deleteDocumentsAtService: (signal) => client.deleteDocumentsAtService('waiting', { signal }),
    listQueues: (signal) => client.listQueues({ signal }),
    getQueue: (signal) =>
      client.getQueue({ flow: 'PORTAL', pollingQueue: 'signering-workflows' }, { signal }),
    confirmForeignChange: (signal) =>
      client.confirmForeignChange({ flow: 'PORTAL', pollingQueue: 'x' }, '1', { signal }),
    signedDocument: (signal) => client.signedDocument('waiting', { signal }),
    signedDocumentStream: (signal) => client.signedDocumentStream('waiting', { signal }),
    receiptStream: (signal) => client.receiptStream('waiting', { signal }),
    saveSignedDocuments: (signal) => client.saveSignedDocuments('waiting', { signal }),
    listJobs: (signal) => client.listJobs({ details: true, signal }),
    listAllJobs: (signal) => client.listAllJobs({ details: true, signal }).next(),
  };
  for (const [name, call] of Object.entries(all)) {
    it(`makes no call with a signal that has aborted: ${name}`, async () => {
      const reason = new Error('shutting down');
      await assert.rejects(call(AbortSignal.abort(reason)), (error) => error === reason);
    });
  }

  it('ends with CALL_TIMED_OUT after its timeout where it waits for the job', async () => {
    await assert.rejects(client.waitForResult('waiting', { timeoutMs: 500 }), {
      code: 'CALL_TIMED_OUT',
      retryable: true,
    });
  });

  it('says within its timeout what is wrong where it finds that out', async () => {
    await assert.rejects(client.getJob('waiting', { timeoutMs: 8_000 }), { code: 'WORKER_UNAVAILABLE' });
    await assert.rejects(client.startDirectJob(direct, { timeoutMs: 8_000 }), {
      code: 'JOB_NOT_CREATED_YET',
    });
  });

  it('takes the longer timeout of one call instead of the time of the client', async () => {
    const hurried = await SigningClient.connect({ settings, callTimeoutMs: 1, connectTimeoutMs: 30_000 });
    try {
      await assert.rejects(hurried.getQueue({ flow: 'PORTAL', pollingQueue: 'none' }));
      const queue = { flow: 'PORTAL', pollingQueue: 'none' } as const;
      await assert.rejects(hurried.getQueue(queue, { timeoutMs: 30_000 }), { code: 'QUEUE_NOT_FOUND' });
    } finally {
      await hurried.close();
    }
  });

  it('refuses a timeout that is none, and ends with the signal where that aborts earlier', async () => {
    for (const timeoutMs of [0, -1, 1.5, Number.NaN, 2 ** 31]) {
      await assert.rejects(client.getJob('waiting', { timeoutMs }), { code: 'INVALID_REQUEST' });
    }
    const options = { timeoutMs: 60_000, signal: AbortSignal.timeout(300) };
    await assert.rejects(client.waitForResult('waiting', options), { name: 'TimeoutError' });
  });

  it('ends while it connects to an address that does not answer', async () => {
    const silent = {
      ...settings,
      temporal: { ...settings.temporal, connection: { address: '127.0.0.1:9' } },
    };
    const signal = AbortSignal.timeout(300);
    await assert.rejects(SigningClient.connect({ settings: silent, callTimeoutMs: 30_000, signal }), {
      name: 'TimeoutError',
    });
  });
});

describe('a client in await using', () => {
  it('is closed at the end of the block, and no socket remains', async () => {
    const { address } = await sharedTemporal();
    const sockets = () => process.getActiveResourcesInfo().filter((kind) => kind.startsWith('TCP')).length;
    const before = sockets();
    let used: SigningClient;
    {
      await using client = await SigningClient.connect({
        settings: {
          organizationNumber: '910000007',
          storage: await freshStorage(),
          keys: parseKeys(formatKeys([generateKey('test')])),
          pollingQueue: 'signering-workflows',
          callTimeoutMs: CALL_TIMEOUT_MS,
          temporal: { connection: { address }, namespace: 'default' },
        },
      });
      used = client;
      await assert.rejects(client.waitForResult('none', { signal: AbortSignal.timeout(500) }));
    }
    await assert.rejects(used.listQueues(), { code: 'CLIENT_CLOSED', retryable: false });
    await waitFor(() => Promise.resolve(sockets() <= before), { what: 'the sockets are closed' });
  });
});
