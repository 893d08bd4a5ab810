import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import {
  SigningClient,
  type DirectJobRequest,
  type PortalJobRequest,
  type StartBatchRequest,
} from '@signering/client';
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
import { createdDirectJob, EXIT_URLS, visit } from './direct-jobs.js';
import { startOtlpCollector } from './otlp-collector.js';
import { startMailServer } from './mail-server.js';
import { filesWith, formsOf, foundIn } from './personal-data.js';
import { onePagePdf, portalJob, SYNTHETIC_SIGNERS } from './portal-jobs.js';
import { createdJobIdOf } from './signing-stack.js';
import { startReceiver, webhookSettings } from './webhook-receiver.js';

const [PIN, OTHER_PIN] = SYNTHETIC_SIGNERS as [string, string];
const METADATA = { customer: `Kari Nordmann ${OTHER_PIN}`, caseNumber: 'sak-2026-personlig' };
const WORDS = {
  title: 'Husleiekontrakt for Bekkestua',
  documentTitle: 'Kontrakten om Solveien 17',
  fileName: 'ola-nordmann-solveien.pdf',
  nonsensitiveTitle: 'Et dokument fra utleieren',
  description: 'Kjære Ola, her er kontrakten',
  email: 'ola.nordmann@example.com',
  mobile: '+4798765432',
};
/** The person at the sender who gets emails. */
const MAKER = 'siri.utleier@example.com';
const SECRETS = [PIN, OTHER_PIN, MAKER, ...Object.values(METADATA), ...Object.values(WORDS)];

/** What both flows say of the job. */
async function personalWords() {
  const content = await onePagePdf('Contract');
  return {
    title: WORDS.title,
    documents: [{ content, name: WORDS.fileName, title: WORDS.documentTitle }],
    description: WORDS.description,
    metadata: METADATA,
  };
}

async function personalPortalJob(): Promise<PortalJobRequest> {
  return {
    ...(await personalWords()),
    reference: 'kept-secret',
    nonsensitiveTitle: WORDS.nonsensitiveTitle,
    signers: [
      { personalIdentificationNumber: PIN, emailAddress: WORDS.email, order: 1 },
      { personalIdentificationNumber: OTHER_PIN, mobileNumber: WORDS.mobile, order: 2 },
    ],
  };
}

async function personalDirectJob(): Promise<DirectJobRequest> {
  return {
    ...(await personalWords()),
    reference: 'kept-secret-too',
    signers: [{ personalIdentificationNumber: PIN }],
    exitUrls: EXIT_URLS,
  };
}

/** A batch of one row, whose table and template say as much. */
async function personalBatch(): Promise<StartBatchRequest> {
  const { documents, ...words } = await personalWords();
  const [head, row] = [
    ['reference', 'pin', 'email', 'customer'],
    ['kept-secret-in-a-batch', PIN, WORDS.email, METADATA.customer],
  ].map((cells) => cells.join(';'));
  return {
    reference: 'secrets',
    table: { content: Buffer.from(`${head}\n${row}\n`) },
    template: {
      ...words,
      metadata: { ...METADATA, customer: '{{customer}}' },
      documents,
      signers: [{ personalIdentificationNumber: '{{pin}}', emailAddress: '{{email}}' }],
    },
  };
}

/** The paths of all files in a folder, of each file in one text. */
function pathsIn(folder: string): string {
  return readdirSync(folder, { recursive: true }).join('\n');
}

describe('personal data of jobs', () => {
  it('is not in logs, metrics, traces, webhooks, emails, file names, ids, the Temporal database or receipts', async () => {
    const stack = await startTestStack({ ownTemporal: true, settings: { SIGNERING_LOG_LEVEL: 'debug' } });
    const client = await SigningClient.connect({ env: stack.env });
    const receiver = await startReceiver();
    const collector = await startOtlpCollector();
    const mail = await startMailServer();
    try {
      const metrics = `127.0.0.1:${await freePort()}`;
      const worker = await stack.startWorker({
        SIGNERING_METRICS_ADDRESS: metrics,
        ...webhookSettings([{ id: 'cases', url: receiver.url, secrets: [receiver.secret] }]),
        SIGNERING_SMTP: mail.url,
        SIGNERING_EMAIL_FROM: 'signing@example.org',
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
        OTEL_BSP_SCHEDULE_DELAY: '100',
      });
      const emailsTo = { emailAddress: MAKER };
      const { workflowId } = await client.startPortalJob(await personalPortalJob(), { emailsTo });
      const changed = { ...(await personalPortalJob()), metadata: { caseNumber: '1' } };
      await assert.rejects(client.startPortalJob(changed, { emailsTo }), (error: Error) =>
        SECRETS.every((secret) => !error.message.includes(secret)),
      );
      const jobId = await createdJobIdOf(client, 'kept-secret');
      await stack.admin.act(jobId, 1, 'sign');
      await stack.admin.act(jobId, 2, 'reject');
      const direct = await createdDirectJob(client, await personalDirectJob());
      const { token } = await visit(direct.redirects[0]?.redirectUrl ?? '', 'sign', PIN);
      await client.signerReturned('kept-secret-too', { statusQueryToken: token });
      await client.startBatch(await personalBatch(), { emailsTo });
      await assert.rejects(
        client.startBatch({ ...(await personalBatch()), template: { title: '{{title}}' } }),
        (error: Error) => SECRETS.every((secret) => !error.message.includes(secret)),
      );
      await client.batches.cancel('secrets', { reason: `Wanted by ${PIN}`, by: PIN, sentToo: true });
      const [rejected, signed] = await Promise.all(
        ['kept-secret', 'kept-secret-too'].map((reference) => client.waitForResult(reference)),
      );
      assert.deepEqual([rejected?.outcome, signed?.outcome], ['REJECTED', 'SIGNED']);
      assert.deepEqual((await client.getJob('kept-secret')).metadata, METADATA);
      assert.ok(!workflowId.includes(PIN));
      const isTold = (reference: string) =>
        receiver.received.some(
          ({ payload: { type, data } }) => type === 'job.archived' && data.reference === reference,
        );
      await waitFor(() => ['kept-secret', 'kept-secret-too'].every(isTold), {
        what: 'the webhooks of both jobs have arrived',
      });
      await waitFor(() => collector.spans.some(({ name }) => name === 'activity confirmOutcome'), {
        what: 'spans have arrived',
      });
      const batch = async () => (await client.batches.get('secrets')).endedAt !== undefined;
      await waitFor(batch, { what: 'the batch has ended' });
      await waitFor(() => mail.received.length === 3, {
        what: 'an email about each signer and about the batch has arrived',
      });
      const { text } = await scrape(metrics);
      assert.match(text, /^signering_archive_duration_seconds_count\{.*outcome="REJECTED"/mu);
      await worker.stop(20_000);
      const storage = stack.env['SIGNERING_STORAGE'] ?? '';
      const places = {
        metrics: text,
        logs: worker.logged() + worker.printed() + stack.sandbox().logged(),
        webhooks: receiver.received.map(({ headers, body }) => JSON.stringify(headers) + body).join('\n'),
        emails: mail.received.map(({ raw }) => raw.replaceAll(MAKER, '')).join('\n'),
        traces: collector.received().toString('latin1'),
        'file names': pathsIn(storage),
      };
      for (const [place, content] of Object.entries(places)) {
        assert.notEqual(content, '', `nothing was searched: ${place}`);
        const found = SECRETS.filter((secret) => formsOf(secret).some((form) => content.includes(form)));
        assert.deepEqual(found, [], place);
      }
      // The signed documents show what was signed; metadata.json has the sender's words.
      const holding = filesWith(storage, SECRETS).filter(
        (name) => !/^[0-9a-f]{64}$|\.(?:pdf|xml)$/u.test(name),
      );
      assert.deepEqual(new Set(holding), new Set(['metadata.json']));
    } finally {
      await client.close();
      await receiver.close();
      await collector.close();
      await mail.close();
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
