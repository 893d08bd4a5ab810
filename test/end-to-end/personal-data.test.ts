import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { SigningClient, preparePortalJob } from '../../client/index.js';
import {
  DEFAULT_POLLING_QUEUE,
  describeQuery,
  signingWorkflowId,
  TASK_QUEUE,
  WORKFLOW_TYPES,
  type PortalSigningInput,
} from '../../contract/index.js';
import { loadWorkerSettings } from '../../settings/index.js';
import { loadEnterpriseCertificate } from '../../signatures/index.js';
import { createSigningApi } from '../../signing-api/index.js';
import { openFileStorage } from '../../storage/index.js';
import { createSigningWorker } from '../../worker/index.js';
import { ownTemporal, startTestStack, waitFor, type TestStack } from '../stack/index.js';
import { portalJob, SYNTHETIC_SIGNERS } from './portal-jobs.js';

const [PIN] = SYNTHETIC_SIGNERS as [string];

/** A text as it looks inside base64, whatever stands before it: the characters that depend on nothing else. */
function base64FormsOf(text: string): readonly string[] {
  return [0, 1, 2].map((offset) => {
    const encoded = Buffer.from('\0'.repeat(offset) + text).toString('base64');
    const start = Math.ceil((offset * 8) / 6);
    const end = Math.floor(((offset + text.length) * 8) / 6);
    return encoded.slice(start, end);
  });
}

/** The forms of a text that stand in a database, with the files beside it (its log). */
function foundIn(databaseFile: string, text: string): readonly string[] {
  const folder = dirname(databaseFile);
  const files = readdirSync(folder).filter((name) => join(folder, name).startsWith(databaseFile));
  const content = Buffer.concat(files.map((name) => readFileSync(join(folder, name))));
  return [text, ...base64FormsOf(text)].filter((form) => content.includes(form));
}

describe("a signer's national identity number", () => {
  it('is in no log line, no workflow id and nowhere in the Temporal database', async () => {
    const stack = await startTestStack({ ownTemporal: true, settings: { SIGNERING_LOG_LEVEL: 'debug' } });
    const client = await SigningClient.connect({ env: stack.env });
    try {
      const worker = await stack.startWorker();
      const { workflowId } = await client.startPortalJob(await portalJob('kept-secret', [1, 2]));
      const jobId = await waitFor(async () => (await client.getJob('kept-secret')).signatureJobId, {
        what: 'the job is created',
      });
      await stack.admin.act(jobId, 1, 'sign');
      // An update with a reason and one that is refused leave failures in the history.
      await stack.admin.act(jobId, 2, 'reject');
      const { outcome } = await client.outcome('kept-secret', { signal: AbortSignal.timeout(60_000) });
      assert.equal(outcome, 'REJECTED');
      assert.ok(!workflowId.includes(PIN));
      await worker.stop(20_000);
      for (const log of [worker.logged(), worker.printed(), stack.sandbox().logged()]) {
        assert.ok(!log.includes(PIN), 'a log holds the number');
      }
    } finally {
      await client.close();
      await stack.stop();
    }
    assert.ok(existsSync(stack.temporal.databaseFile));
    assert.deepEqual(foundIn(stack.temporal.databaseFile, PIN), []);
  });

  it('is found by the same search when encryption is turned off', async () => {
    const stack = await startTestStack();
    const temporal = await ownTemporal();
    try {
      await signWithoutEncryption(stack, temporal.address);
    } finally {
      await temporal.stop();
      await stack.stop();
    }
    assert.notDeepEqual(foundIn(temporal.databaseFile, PIN), []);
  });
});

/** Starts a job in the clear, with our own workflows and activities, until it waits for its signers. */
async function signWithoutEncryption(stack: TestStack, address: string): Promise<void> {
  const settings = loadWorkerSettings(stack.env);
  const storage = await openFileStorage({ root: settings.storage });
  const api = createSigningApi({
    apiUrl: settings.apiUrl,
    certificate: await loadEnterpriseCertificate(settings.certificate),
    trustedCertificates: [readFileSync(settings.trustedCertificates, 'utf8')],
  });
  const connection = await NativeConnection.connect({ address });
  const signals = await Connection.connect({ address });
  const client = new Client({ connection: signals });
  const worker = await createSigningWorker({
    connection,
    namespace: 'default',
    dataConverter: {},
    ...storage,
    portal: api.portal,
    temporal: client,
    ambiguousCreate: 'retry',
  });
  await worker.runUntil(async () => {
    const input = await clearInput(settings.organizationNumber, storage);
    const handle = await client.workflow.start(WORKFLOW_TYPES.portalSigning, {
      workflowId: signingWorkflowId(input.organizationNumber, input.reference),
      taskQueue: TASK_QUEUE,
      args: [input],
    });
    await waitFor(async () => (await handle.query(describeQuery)).state === 'WAITING_FOR_SIGNERS', {
      what: 'the job waits for its signers',
    });
  });
  await api.close();
  await connection.close();
  await signals.close();
}

async function clearInput(
  organizationNumber: string,
  storage: Awaited<ReturnType<typeof openFileStorage>>,
): Promise<PortalSigningInput> {
  const { reference, terms, documents } = await preparePortalJob(await portalJob('told-all'), {
    pollingQueue: DEFAULT_POLLING_QUEUE,
  });
  const stored = await Promise.all(
    documents.map(async ({ content, title, ...names }) => ({
      ...(await storage.documents.put(content, names)),
      title,
    })),
  );
  const job = { ...terms, documents: stored };
  return { version: 1, organizationNumber, reference, contentDigest: 'in-the-clear', job };
}
