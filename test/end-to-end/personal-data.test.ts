import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { SigningClient } from '@signering/client';
import { describeQuery, signingWorkflowId } from '@signering/contract';
import { freePort } from '@signering/dev-stack/internal/processes/remembered-ports.js';
import {
  ownTemporal,
  startTestStack,
  useQuietRuntime,
  waitFor,
  withClearWorker,
  type TestStack,
} from '../fixtures/index.js';
import { scrape } from '../worker/prometheus.js';
import { portalJob, SYNTHETIC_SIGNERS } from './portal-jobs.js';

const [PIN, OTHER_PIN] = SYNTHETIC_SIGNERS as [string, string];
const METADATA = { customer: `Kari Nordmann ${OTHER_PIN}`, caseNumber: 'sak-2026-personlig' };
const SECRETS = [PIN, OTHER_PIN, ...Object.values(METADATA)];

/** A text as it looks inside base64, after any other text: the characters that depend on nothing else. */
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

/** The names of the files in a folder that hold any of the texts. */
function filesWith(folder: string, texts: readonly string[]): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .filter(({ parentPath, name }) => {
      const content = readFileSync(join(parentPath, name));
      return texts.some((text) => [text, ...base64FormsOf(text)].some((form) => content.includes(form)));
    })
    .map(({ name }) => name);
}

describe('national identity numbers and metadata', () => {
  it('are not in log lines, metrics, workflow ids, the Temporal database or storage, except metadata.json', async () => {
    const stack = await startTestStack({ ownTemporal: true, settings: { SIGNERING_LOG_LEVEL: 'debug' } });
    const client = await SigningClient.connect({ env: stack.env });
    try {
      const metrics = `127.0.0.1:${await freePort()}`;
      const worker = await stack.startWorker({ SIGNERING_METRICS_ADDRESS: metrics });
      const { workflowId } = await client.startPortalJob({
        ...(await portalJob('kept-secret', [1, 2])),
        metadata: METADATA,
      });
      await assert.rejects(
        client.startPortalJob({ ...(await portalJob('kept-secret', [1, 2])), metadata: { caseNumber: '1' } }),
        (error: Error) => SECRETS.every((secret) => !error.message.includes(secret)),
      );
      const jobId = await waitFor(async () => (await client.getJob('kept-secret')).signatureJobId, {
        what: 'the job is created',
      });
      await stack.admin.act(jobId, 1, 'sign');
      // An update with a reason and one that is refused leave failures in the history.
      await stack.admin.act(jobId, 2, 'reject');
      const { outcome } = await client.waitForResult('kept-secret', { signal: AbortSignal.timeout(60_000) });
      assert.equal(outcome, 'REJECTED');
      assert.deepEqual((await client.getJob('kept-secret')).metadata, METADATA);
      assert.ok(!workflowId.includes(PIN));
      const { text } = await scrape(metrics);
      assert.match(text, /^signering_archive_duration_seconds_count\{.*outcome="REJECTED"/mu);
      await worker.stop(20_000);
      for (const log of [text, worker.logged(), worker.printed(), stack.sandbox().logged()]) {
        for (const secret of SECRETS)
          assert.ok(!log.includes(secret), 'a log or a metric holds personal data');
      }
      assert.deepEqual(filesWith(stack.env['SIGNERING_STORAGE'] ?? '', Object.values(METADATA)), [
        'metadata.json',
      ]);
    } finally {
      await client.close();
      await stack.stop();
    }
    assert.ok(existsSync(stack.temporal.databaseFile));
    for (const secret of SECRETS) assert.deepEqual(foundIn(stack.temporal.databaseFile, secret), []);
  });

  it('are found by the same search without encryption', async () => {
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
  useQuietRuntime();
  const tasks = await NativeConnection.connect({ address });
  const signals = await Connection.connect({ address });
  await withClearWorker({ stack, tasks, signals, namespace: 'default' }, async ({ client, start }) => {
    await start(await portalJob('told-all'));
    const handle = client.workflow.getHandle(
      signingWorkflowId(stack.env['SIGNERING_ORGANIZATION'] ?? '', 'told-all'),
    );
    await waitFor(async () => (await handle.query(describeQuery)).state === 'WAITING_FOR_SIGNERS', {
      what: 'the job waits for its signers',
    });
  });
  await tasks.close();
  await signals.close();
}
