import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { SigningClient, type PortalJobRequest } from '@signering/client';
import type { PortalSigningInput } from '@signering/contract';
import {
  checkKeyFingerprints,
  createDataConverter,
  formatKeys,
  generateKey,
  parseKeys,
} from '@signering/encryption';
import type { ClientSettings } from '@signering/settings';
import { openFileStorage } from '@signering/storage';
import { createNamespace, freshStorage, sharedTemporal, waitFor } from '../fixtures/index.js';
import { PINS, pdfSaying, validRequest } from './requests.js';
import { settleJob } from './settled-job.js';

const ORGANIZATION = '910000007';

describe('the signing client, with no worker there yet', () => {
  let settings: ClientSettings;
  let client: SigningClient;
  let temporal: Client;
  let connection: Connection;
  let content: Uint8Array;

  before(async () => {
    const { address } = await sharedTemporal();
    const keys = parseKeys(formatKeys([generateKey('test')]));
    settings = {
      organizationNumber: ORGANIZATION,
      storage: await freshStorage(),
      keys,
      pollingQueue: 'signering-workflows',
      callTimeoutMs: 10_000,
      temporal: { connection: { address }, namespace: await createNamespace(address) },
    };
    // A namespace is known everywhere only after a moment.
    client = await SigningClient.connect({ settings });
    connection = await Connection.connect({ address });
    temporal = new Client({
      connection,
      namespace: settings.temporal.namespace,
      dataConverter: createDataConverter(keys),
    });
    await waitFor(
      async () => {
        await temporal.workflow.list({ query: "SigningState = 'SIGNED'" })[Symbol.asyncIterator]().next();
        return true;
      },
      { what: 'the namespace can be searched' },
    );
    content = await pdfSaying('Lease');
  });
  after(async () => {
    await client.close();
    await connection.close();
  });

  const ledgerEntry = async (reference: string) => {
    const { ledger } = await openFileStorage({ root: settings.storage });
    return ledger.find({ organizationNumber: ORGANIZATION, reference });
  };
  const historyOf = (workflowId: string) => temporal.workflow.getHandle(workflowId).fetchHistory();

  it('stores the documents, claims the reference and starts the workflow with what both know', async () => {
    const started = await client.startPortalJob({ ...validRequest(content), reference: 'Lease 1' });
    assert.deepEqual(started, {
      reference: 'Lease 1',
      workflowId: `signing/${ORGANIZATION}/Lease 1`,
      existing: false,
      documents: started.documents,
    });
    assert.deepEqual(
      started.documents.map(({ name, pdf }) => [name, pdf?.warnings]),
      [['lease.pdf', []]],
    );
    const description = await temporal.workflow.getHandle(started.workflowId).describe();
    assert.equal(description.type, 'portalSigning');
    assert.equal(description.taskQueue, 'signering');
    assert.deepEqual(
      description.typedSearchAttributes
        .getAll()
        .map(({ key, value }) => [key.name, value])
        .filter(([name]) => String(name).startsWith('Signing'))
        .sort(),
      [
        ['SigningFlow', 'PORTAL'],
        ['SigningOrganization', ORGANIZATION],
        ['SigningReference', 'Lease 1'],
        ['SigningState', 'CREATING'],
      ],
    );
    const entry = await ledgerEntry('Lease 1');
    assert.equal(entry?.pollingQueue, 'signering-workflows');
    const input = await inputOf(started.workflowId);
    assert.equal(input.contentDigest, entry.contentDigest);
    assert.equal(input.job.signers[0]?.personalIdentificationNumber, PINS[0]);
    const { documents } = await openFileStorage({ root: settings.storage });
    assert.deepEqual(Buffer.from(await documents.read(input.job.documents[0]!)), Buffer.from(content));
  });

  it('returns a job that was started before a newer rule, and starts no new one that breaks the rule', async () => {
    const mistyped = `${PINS[0]!.slice(0, 10)}${(Number(PINS[0]![10]) + 1) % 10}`;
    const order = {
      ...validRequest(content),
      reference: 'Older rule',
      signers: [{ personalIdentificationNumber: mistyped, emailAddress: 'one@example.com' }],
    };
    const earlier = await SigningClient.connect({ settings: { ...settings, identityNumberCheck: 'off' } });
    try {
      assert.equal((await earlier.startPortalJob(order)).existing, false);
    } finally {
      await earlier.close();
    }
    assert.equal((await client.startPortalJob(order)).existing, true);
    const other = await pdfSaying('Another lease');
    for (const changes of [
      { reference: 'Newer rule' },
      { title: 'Another' },
      { documents: [{ content: other, name: 'lease.pdf' }] },
      { reference: undefined },
    ]) {
      const stored = await storedFiles();
      await assert.rejects(client.startPortalJob({ ...order, ...changes } as PortalJobRequest), {
        code: 'INVALID_REQUEST',
        message: /signers\[0\]\.personalIdentificationNumber: .*check digits/u,
      });
      assert.equal(await storedFiles(), stored);
    }
    const misspelt = { ...order, colour: 'blue' };
    await assert.rejects(client.startPortalJob(misspelt), { code: 'INVALID_REQUEST' });
  });

  it('writes no identity number and no title into the history, neither plain nor in base64', async () => {
    const { workflowId } = await client.startPortalJob({ ...validRequest(content), title: 'Confidential' });
    const history = JSON.stringify(await historyOf(workflowId), (_, part: unknown) =>
      part instanceof Uint8Array ? Buffer.from(part).toString('latin1') : part,
    );
    for (const text of [PINS[0]!, 'Confidential', 'one@example.com']) {
      assert.ok(!history.includes(text));
      for (const offset of [0, 1, 2]) {
        const inner = Buffer.from(' '.repeat(offset) + text)
          .toString('base64')
          .slice(4, -4);
        assert.ok(!history.includes(inner));
      }
    }
    assert.ok(history.includes(Buffer.from('binary/encrypted').toString('base64').slice(0, -4)));
  });

  it('gives the same job for the same reference and content, however often and from wherever it comes', async () => {
    const request = { ...validRequest(content), reference: 'twice' };
    const other = await SigningClient.connect({ settings });
    const answers = await Promise.all([
      client.startPortalJob(request),
      other.startPortalJob(request),
      client.startPortalJob(Object.fromEntries(Object.entries(request).reverse()) as typeof request),
    ]);
    await other.close();
    assert.equal(new Set(answers.map(({ workflowId }) => workflowId)).size, 1);
    assert.equal((await client.startPortalJob(request)).existing, true);
    const runs = temporal.workflow.list({ query: `WorkflowId = '${answers[0].workflowId}'` });
    await waitFor(async () => (await collect(runs)).length === 1, { what: 'the workflow can be found' });
  });

  it('refuses other content under the same reference, and says so', async () => {
    const request = { ...validRequest(content), reference: 'taken' };
    await client.startPortalJob(request);
    const before = await storedFiles();
    const documents = [{ content: await pdfSaying('Another lease'), name: 'lease.pdf' }];
    await assert.rejects(client.startPortalJob({ ...request, documents }), {
      code: 'REFERENCE_IN_USE',
      facts: { reference: 'taken', differences: ['documents[0].content'] },
    });
    assert.equal(await storedFiles(), before, 'documents of the refused job were stored');
    const [signer] = request.signers;
    const signers = [{ ...signer!, emailAddress: 'other@example.com' }, ...request.signers.slice(1)];
    await assert.rejects(client.startPortalJob({ ...request, title: 'Another lease', signers }), {
      code: 'REFERENCE_IN_USE',
      message: /other content.*differ: signers\[0\]\.emailAddress, title\. Choose another reference/u,
    });
  });

  it('starts what was claimed by a client that died before it came to start it', async () => {
    const request = { ...validRequest(content), reference: 'half done' };
    await client.startPortalJob(request);
    const workflowId = `signing/${ORGANIZATION}/half done`;
    const { workflowService } = connection;
    const { namespace } = settings.temporal;
    await workflowService.deleteWorkflowExecution({ namespace, workflowExecution: { workflowId } });
    await waitFor(() => isUnknown(workflowId), { what: 'Temporal has forgotten the workflow' });
    await assert.rejects(client.getJob('half done'), {
      code: 'JOB_NOT_FOUND',
      message: /exactly the same job/u,
    });
    await client.startPortalJob(request);
    assert.equal((await inputOf(workflowId)).reference, 'half done');
  });

  it('stores nothing of a request that breaks a rule', async () => {
    const before = await storedFiles();
    const request = { ...validRequest(await pdfSaying('never stored')), title: '', reference: 'bad' };
    await assert.rejects(client.startPortalJob(request), { code: 'INVALID_REQUEST' });
    assert.equal(await ledgerEntry('bad'), undefined);
    assert.equal(await storedFiles(), before);
  });

  it('finds no job under an unused reference', async () => {
    const unknown = { code: 'JOB_NOT_FOUND', message: /no job with reference "it's-unused"/u };
    await assert.rejects(client.getJob("it's-unused"), unknown);
    await assert.rejects(client.waitForResult("it's-unused"), unknown);
    await assert.rejects(client.cancelJob("it's-unused", { reason: 'why not' }), unknown);
  });

  it('says that no worker answers when asked where a job stands', async () => {
    await client.startPortalJob({ ...validRequest(content), reference: 'unattended' });
    await assert.rejects(client.getJob('unattended'), {
      code: 'WORKER_UNAVAILABLE',
      retryable: true,
      message: /no worker answers.*npm start/u,
    });
  });

  it('says that no worker answers when a job is to be cancelled, and leaves nothing waiting for one', async () => {
    await client.startPortalJob({ ...validRequest(content), reference: 'not to be cancelled' });
    await assert.rejects(client.cancelJob('not to be cancelled', { reason: 'a mistake' }), {
      code: 'WORKER_UNAVAILABLE',
      message: /no worker answers/u,
    });
  });

  it('stops waiting for an outcome when its signal aborts', async () => {
    await client.startPortalJob({ ...validRequest(content), reference: 'long wait' });
    const reason = new Error('enough');
    const controller = new AbortController();
    const outcome = client.waitForResult('long wait', { signal: controller.signal });
    setImmediate(() => controller.abort(reason));
    await assert.rejects(outcome, reason);
  });

  it('tells a terminated process from an outcome, and starts it anew when the job is sent again', async () => {
    const metadata = { caseNumber: '2026/17' };
    const request = { ...validRequest(content), reference: 'terminated', metadata };
    const { workflowId } = await client.startPortalJob(request);
    await temporal.workflow.getHandle(workflowId).terminate('test');
    await assert.rejects(client.waitForResult('terminated'), {
      code: 'SIGNING_ABORTED',
      retryable: false,
      message: /terminated/u,
    });
    const job = await client.getJob('terminated');
    assert.ok(job.status === 'PROCESS_FAILED');
    // No worker is there: the last state comes from Temporal's search attributes.
    assert.deepEqual([job.state, job.failure.code], ['CREATING', 'SIGNING_ABORTED']);
    // Temporal has what the workflow was started with.
    assert.deepEqual(job.metadata, metadata);
    assert.deepEqual([job.signers, job.steps, job.decisions], [[], [], undefined]);
    assert.deepEqual(await client.cancelJob('terminated', { reason: 'late' }), { result: 'TOO_LATE' });
    assert.equal((await client.startPortalJob(request)).existing, true);
    assert.equal((await temporal.workflow.getHandle(workflowId).describe()).status.name, 'RUNNING');
    await temporal.workflow.getHandle(workflowId).terminate('end of the test');
  });

  it('describes a settled job from the archive, even if its workflow is gone', async () => {
    const request = { ...validRequest(content), reference: 'settled' };
    const { workflowId } = await client.startPortalJob(request);
    await settleJob({ ...settings, reference: 'settled' });
    await temporal.workflow.getHandle(workflowId).terminate('test');
    const result = await client.waitForResult('settled');
    assert.deepEqual([result.outcome, result.signatureJobId], ['SIGNED', '42']);
    assert.equal(result.archive.folder, `${ORGANIZATION}/2026-03/42-settled`);
    const job = await client.getJob('settled');
    assert.deepEqual([job.status, job.state, 'version' in job], ['ENDED', 'SIGNED', false]);
    const repeated = await client.startPortalJob(request);
    assert.deepEqual([repeated.existing, repeated.outcome], [true, 'SIGNED']);
  });

  it('is refused other keys under the same id before it writes anything', async () => {
    const { keyFingerprints } = await openFileStorage({ root: settings.storage });
    await checkKeyFingerprints(settings.keys, keyFingerprints);
    const keys = parseKeys(formatKeys([generateKey(settings.keys[0].id)]));
    await assert.rejects(SigningClient.connect({ settings: { ...settings, keys } }), {
      code: 'KEY_MISMATCH',
    });
  });

  it('is refused a key that no worker has used yet, once workers have used others', async () => {
    const unknown = parseKeys(formatKeys([generateKey('unheard-of')]));
    await assert.rejects(SigningClient.connect({ settings: { ...settings, keys: unknown } }), {
      code: 'KEY_MISMATCH',
      message: /no worker has used yet/u,
    });
  });

  it('says where Temporal was looked for, and how to start it', async () => {
    const elsewhere = { connection: { address: '127.0.0.1:1', connectTimeout: 500 }, namespace: 'default' };
    await assert.rejects(SigningClient.connect({ settings: { ...settings, temporal: elsewhere } }), {
      code: 'TEMPORAL_UNAVAILABLE',
      message: /127\.0\.0\.1:1 .*npm start/u,
    });
  });

  it('says so when Temporal does not know the namespace', async () => {
    const temporalSettings = { ...settings.temporal, namespace: 'nowhere' };
    const lost = await SigningClient.connect({ settings: { ...settings, temporal: temporalSettings } });
    await assert.rejects(lost.startPortalJob(validRequest(content)), {
      code: 'TEMPORAL_REFUSED',
      retryable: false,
      message: /TEMPORAL_NAMESPACE/u,
    });
    await lost.close();
  });

  async function inputOf(workflowId: string): Promise<PortalSigningInput> {
    const { events } = await historyOf(workflowId);
    const payloads = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
    const [codec] = createDataConverter(settings.keys).payloadCodecs ?? [];
    const [payload] = await codec!.decode([...payloads]);
    return JSON.parse(Buffer.from(payload!.data!).toString('utf8')) as PortalSigningInput;
  }

  async function isUnknown(workflowId: string): Promise<boolean> {
    const found = await temporal.workflow
      .getHandle(workflowId)
      .describe()
      .catch(() => undefined);
    return found === undefined;
  }

  async function storedFiles(): Promise<number> {
    return (await readdir(join(settings.storage), { recursive: true })).length;
  }
});

async function collect<T>(all: AsyncIterable<T>): Promise<readonly T[]> {
  const collected: T[] = [];
  for await (const one of all) collected.push(one);
  return collected;
}
