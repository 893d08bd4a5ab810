import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Worker } from '@temporalio/worker';
import { jobLines } from '@signering/cli/internal/terminal/job-view.js';
import { resultLines } from '@signering/cli/internal/terminal/result-view.js';
import { SigningClient, type JobSummary } from '@signering/client';
import {
  SIGNING_FLOW,
  SIGNING_STATE,
  signingStartOptionsOf,
  signingWorkflowId,
  statusQueueWorkflowId,
  TASK_QUEUE,
  type PortalSigningInput,
} from '@signering/contract';
import { documentDeletionWorkflowId } from '@signering/contract/internal/workflow-ids.js';
import {
  createDataConverter,
  createJsonEncryption,
  formatKeys,
  generateKey,
  parseKeys,
} from '@signering/encryption';
import { openFileStorage } from '@signering/storage';
import { FAILURE_CONVERTER_PATH } from '@signering/worker';
import { assertMoments } from '../assert-moments.js';
import { directJob } from '../end-to-end/direct-jobs.js';
import { createNamespace, freshStorage, sharedTemporal, waitFor } from '../fixtures/index.js';
import { CLAIMED_INPUT } from '../storage/encrypted-input.js';
import { demandOpened, later, RECORDED } from '../payloads/recorded-payloads.js';
import { pdfSaying, validRequest } from './requests.js';
import { scriptSignal, type Script } from './scripted-answers.js';

const ORGANIZATION = '910000007';

describe('what a worker of a later version answers: recorded payloads with further members and other words', () => {
  let client: SigningClient;
  let temporal: Client;
  let storage: string;
  const keys = parseKeys(formatKeys([generateKey('test')]));
  const stops: (() => Promise<unknown>)[] = [];

  before(async () => {
    const { address } = await sharedTemporal();
    const namespace = await createNamespace(address);
    const native = await NativeConnection.connect({ address });
    const connection = await Connection.connect({ address });
    const dataConverter = createDataConverter(keys);
    temporal = new Client({ connection, namespace, dataConverter });
    const failureConverterPath = FAILURE_CONVERTER_PATH;
    const worker = await Worker.create({
      connection: native,
      namespace,
      taskQueue: TASK_QUEUE,
      dataConverter: { ...dataConverter, failureConverterPath },
      workflowBundle: await bundleWorkflowCode({
        workflowsPath: fileURLToPath(new URL('./scripted-answers.js', import.meta.url)),
        failureConverterPath,
        logger: new DefaultLogger('ERROR'),
      }),
    });
    const run = worker.run();
    storage = await freshStorage();
    client = await SigningClient.connect({
      settings: {
        organizationNumber: ORGANIZATION,
        storage,
        keys,
        pollingQueue: 'signering-workflows',
        callTimeoutMs: 20_000,
        temporal: { connection: { address }, namespace },
      },
    });
    stops.push(
      () => client.close(),
      () => (worker.shutdown(), run),
      () => native.close(),
      () => connection.close(),
    );
  });
  after(async () => {
    for (const stop of stops) await stop();
  });

  const give = (workflowId: string, script: Script) =>
    waitFor(
      () =>
        temporal.workflow
          .getHandle(workflowId)
          .signal(scriptSignal, script)
          .then(() => true),
      {
        what: `${workflowId} has its script`,
      },
    );

  /** Format versions that this release does not read, and what the error says. */
  const UNREADABLE = [
    [{ version: 2 }, /has version 2.*Upgrade @signering\/client in this program/u],
    [{ version: 'next' }, /has version next.*Upgrade @signering\/client in this program/u],
    [{}, /has no version.*Upgrade or correct the workers/u],
  ] as const;

  it('in a format that this release does not read is rejected, and the message says what to upgrade', async () => {
    const content = await pdfSaying('Lease');
    for (const [index, [version, message]] of UNREADABLE.entries()) {
      const later = { code: 'VERSION_NOT_SUPPORTED', retryable: false, message };
      const name = `format ${index}`;
      const queue = { flow: 'PORTAL', pollingQueue: name } as const;
      const queueId = statusQueueWorkflowId(ORGANIZATION, queue.flow, queue.pollingQueue);
      await temporal.workflow.start('statusQueue', { workflowId: queueId, taskQueue: TASK_QUEUE });
      await give(queueId, { answers: { describeQueue: { ...version, undelivered: [] } } });
      await assert.rejects(client.getQueue(queue), later);

      const { workflowId } = await client.startPortalJob({
        ...validRequest(await pdfSaying('Lease')),
        reference: name,
      });
      await give(workflowId, { answers: { describe: { ...version, state: 'WAITING_FOR_SIGNERS' } } });
      await assert.rejects(client.getJob(name), later);
      await give(workflowId, { answers: {}, result: { ...version, outcome: 'SIGNED' } });
      await assert.rejects(client.waitForResult(name), later);

      const failed = `failed ${name}`;
      const started = await client.startPortalJob({ ...validRequest(content), reference: failed });
      await give(started.workflowId, { answers: { describe: { ...version, state: 'CREATING' } } });
      const process = temporal.workflow.getHandle(started.workflowId);
      // A worker that reads the history of a terminated workflow stops at the last completed workflow task.
      await waitFor(async () => (await process.describe()).raw.pendingWorkflowTask == null, {
        what: 'the script is in the history',
      });
      await process.terminate();
      await assert.rejects(client.getJob(failed), later);

      const deleted = `deleted ${name}`;
      await settle(storage, deleted);
      const deletion = client.deleteDocumentsAtService(deleted);
      const result = { ...version, signatureJobId: '42', deletedAt: '2026-12-01T08:00:00.000Z' };
      const deletionId = documentDeletionWorkflowId(ORGANIZATION, deleted);
      await Promise.all([assert.rejects(deletion, later), give(deletionId, { answers: {}, result })]);
    }
  });

  it('describes a failed process that was started without an input', async () => {
    const workflowId = signingWorkflowId(ORGANIZATION, 'without input');
    await temporal.workflow.start('portalSigning', { workflowId, taskQueue: TASK_QUEUE });
    await temporal.workflow.getHandle(workflowId).terminate();
    const job = await client.getJob('without input');
    assert.deepEqual([job.status, job.metadata], ['PROCESS_FAILED', undefined]);
  });

  it('does not let a repeated order be compared with input that this release does not read', async () => {
    const input = { version: 2, contentDigest: 'b'.repeat(64) };
    const workflowId = signingWorkflowId(ORGANIZATION, 'started later');
    await temporal.workflow.start('portalSigning', { workflowId, taskQueue: TASK_QUEUE, args: [input] });
    const request = { ...validRequest(await pdfSaying('Lease')), reference: 'started later' };
    await assert.rejects(client.startPortalJob(request), {
      code: 'VERSION_NOT_SUPPORTED',
      message: /the input of workflow .*version 2.*Upgrade @signering\/client in this program/u,
    });
  });

  it('does not let an order be compared with a claim that this release does not read', async () => {
    const { ledger } = await openFileStorage({ root: storage });
    const claim = { organizationNumber: ORGANIZATION, flow: 'PORTAL', pollingQueue: 'q' } as const;
    const reference = 'claimed later';
    const input = await createJsonEncryption(keys).encrypt({ version: 2, job: { name: 'contract' } });
    await ledger.claim({ ...CLAIMED_INPUT, ...claim, reference, contentDigest: 'b'.repeat(64), input });
    const request = { ...validRequest(await pdfSaying('Lease')), reference };
    await assert.rejects(client.startPortalJob(request), {
      code: 'VERSION_NOT_SUPPORTED',
      message: /the input of reference "claimed later" in the ledger.*version 2/u,
    });
  });

  it('leaves an error of the service its facts, also in calls about queues and deletions', async () => {
    const facts = { httpStatus: 429, serviceErrorCode: 'TOO_MANY', retryAfterMs: 1500 };
    const failure = { type: 'RATE_LIMITED', details: [{ ...facts, retryable: true }] };
    const reference = 'with facts';
    const { workflowId } = await client.startPortalJob({
      ...validRequest(await pdfSaying('Lease')),
      reference,
    });
    const answers = { describe: RECORDED[0]!.portalSigning.describe };
    await give(workflowId, { answers, failures: { cancel: failure } });
    const rejected = { code: 'RATE_LIMITED', retryable: true, facts: { reference, ...facts } };
    await assert.rejects(client.cancelJob(reference, { reason: 'a mistake' }), rejected);

    const queue = { flow: 'PORTAL', pollingQueue: 'with facts' } as const;
    const queueId = statusQueueWorkflowId(ORGANIZATION, queue.flow, queue.pollingQueue);
    await temporal.workflow.start('statusQueue', { workflowId: queueId, taskQueue: TASK_QUEUE });
    await give(queueId, { answers: {}, failures: { confirmForeignChange: failure } });
    await assert.rejects(client.confirmForeignChange(queue, '42'), { code: 'RATE_LIMITED', facts });

    const deleted = 'deleted with facts';
    await settle(storage, deleted);
    const deletion = client.deleteDocumentsAtService(deleted);
    const deletionId = documentDeletionWorkflowId(ORGANIZATION, deleted);
    await Promise.all([
      assert.rejects(deletion, { ...rejected, facts: { ...facts, reference: deleted } }),
      give(deletionId, { answers: {}, failures: { result: failure } }),
    ]);
  });

  for (const { release, portalSigning, directSigning, statusQueue } of RECORDED) {
    it(`of ${release} is read in the portal flow: description, cancellation and result`, async () => {
      const { describe, cancel, result } = portalSigning;
      const reference = `later portal ${release}`;
      const script = { answers: { describe: later(describe), cancel: later(cancel.answer) } };
      const { workflowId } = await client.startPortalJob({
        ...validRequest(await pdfSaying('Lease')),
        reference,
      });
      await give(workflowId, script);
      const running = await client.getJob(reference);
      assert.equal(running.status, 'RUNNING');
      demandOpened(running, ['flow', 'state', 'status', 'step']);
      assert.deepEqual(masked(running.signers), masked(describe['signers']));
      demandOpened(await client.cancelJob(reference, { reason: 'withdrawn' }), ['result']);

      await give(workflowId, { ...script, result: withFinding(later(result)) });
      const ended = await client.waitForResult(reference);
      demandOpened(ended, ['flow', 'outcome', 'status', 'step', 'withdrawn', 'result', 'severity']);
      const job = await client.getJob(reference);
      assert.ok(job.status === 'ENDED');
      demandOpened(job, ['flow', 'state', 'outcome', 'status', 'step', 'withdrawn', 'result', 'severity']);
      assert.equal(job.archive.documents.length, ended.archive.documents.length);
      // Lines for people show the text.
      assert.match(jobLines(job).join('\n'), /WITHDRAWN/u);
      assert.match(resultLines({ result: ended, storageFolder: '/storage' }).join('\n'), /WITHDRAWN/u);
    });

    it(`of ${release} is read in the direct flow: redirect URLs, returned signers and their failures`, async () => {
      const { describe, redirectUrls, freshRedirectUrl, signerReturned, result } = directSigning;
      const reference = `later direct ${release}`;
      const answers = {
        describe: later(describe),
        redirectUrls: later(redirectUrls.answer),
        freshRedirectUrl: later(freshRedirectUrl.answer),
        signerReturned: later(signerReturned.answer),
      };
      const starting = client.startDirectJob(await directJob(reference));
      const workflowId = signingWorkflowId(ORGANIZATION, reference);
      await Promise.all([starting, give(workflowId, { answers })]);
      const { redirects } = await starting;
      assert.deepEqual(
        redirects.map(({ redirectUrl }) => redirectUrl),
        (redirectUrls.answer['redirects'] as typeof redirects).map(({ redirectUrl }) => redirectUrl),
      );
      const fresh = await client.createRedirectUrl(reference, { signer: 1 });
      assert.equal(fresh.redirectUrl, freshRedirectUrl.answer['redirectUrl']);
      const token = { statusQueryToken: 'a token', proved: true };
      demandOpened(await client.signerReturned(reference, token), ['status', 'outcome']);

      const { details } = signerReturned.failure;
      for (const retryable of [true, false]) {
        const failure = { type: 'VAULT_SEALED', details: [{ ...later(details[0]), retryable }] };
        await give(workflowId, { answers, failures: { signerReturned: failure } });
        await assert.rejects(client.signerReturned(reference, token), {
          code: 'VAULT_SEALED',
          retryable,
          message: /the vault is sealed/u,
        });
      }
      await give(workflowId, { answers, result: withFinding(later(result)) });
      demandOpened(await client.waitForResult(reference), [
        'flow',
        'outcome',
        'status',
        'step',
        'result',
        'severity',
      ]);
    });

    it(`of ${release} is listed by its search attributes, while it runs and when it has ended`, async () => {
      const reference = `later words ${release}`;
      const input = { ...portalSigning.input, organizationNumber: ORGANIZATION, reference };
      const options = signingStartOptionsOf('PORTAL', input as unknown as PortalSigningInput);
      const words: Readonly<Record<string, string>> = {
        [SIGNING_FLOW.name]: 'VIDEO',
        [SIGNING_STATE.name]: 'WITHDRAWN',
      };
      const typedSearchAttributes = options.typedSearchAttributes.map((pair) =>
        pair.key.name in words ? ({ ...pair, value: words[pair.key.name] } as typeof pair) : pair,
      );
      await temporal.workflow.start('portalSigning', {
        ...options,
        taskQueue: TASK_QUEUE,
        typedSearchAttributes,
      });
      const listed = (status: JobSummary['status']) =>
        waitFor(
          async () =>
            (await client.listJobs({ statuses: [status] })).jobs.find((job) => job.reference === reference),
          { what: `the job is listed as ${status}` },
        );
      const flow = { flow: 'UNKNOWN', flowText: 'VIDEO' };
      const state = { state: 'UNKNOWN', stateText: 'WITHDRAWN' };
      const { startedAt, ...running } = await listed('RUNNING');
      assert.deepEqual(running, { reference, status: 'RUNNING', ...flow, ...state });
      await give(options.workflowId, { answers: {}, result: {} });
      const ended = await listed('ENDED');
      assert.ok(ended.status === 'ENDED' && assertMoments(ended) === 2);
      const outcome = { outcome: 'UNKNOWN', outcomeText: 'WITHDRAWN' };
      const { endedAt } = ended;
      assert.deepEqual(ended, {
        reference,
        status: 'ENDED',
        startedAt,
        endedAt,
        ...flow,
        ...state,
        ...outcome,
      });
    });

    it(`of ${release} is read of a polling queue`, async () => {
      const { describeQueue } = statusQueue;
      const queue = { flow: 'PORTAL', pollingQueue: `of ${release}` } as const;
      const workflowId = statusQueueWorkflowId(ORGANIZATION, queue.flow, queue.pollingQueue);
      await temporal.workflow.start('statusQueue', { workflowId, taskQueue: TASK_QUEUE });
      const words = { reason: 'QUARANTINED' };
      await give(workflowId, { answers: { describeQueue: later(describeQueue, words) } });
      const { undelivered } = await client.getQueue(queue);
      assert.ok(undelivered.length > 0);
      demandOpened(undelivered, ['reason'], words);
    });
  }
});

/** A ledger entry of a job that has ended, as the deletion at the service needs it. */
async function settle(root: string, reference: string): Promise<void> {
  const { ledger } = await openFileStorage({ root });
  const claim = { organizationNumber: ORGANIZATION, reference, flow: 'PORTAL', pollingQueue: 'q' } as const;
  const entry = await ledger.claim({ ...claim, contentDigest: 'a'.repeat(64), ...CLAIMED_INPUT });
  await ledger.advance(entry, {
    settled: { outcome: 'SIGNED', folder: 'f', settledAt: new Date().toISOString() },
  });
}

/** A later version may find more than the recorded run did. */
function withFinding<Result>(result: Result): Result {
  const { archive } = structuredClone(result) as {
    readonly archive: { readonly documents: { check: object }[] };
  };
  for (const document of archive.documents) {
    const findings = [{ rule: 'later-rule', severity: 'REMARK', reason: 'Only later versions check this.' }];
    document.check = { ...document.check, findings };
  }
  return { ...result, archive };
}

function masked(signers: unknown): readonly string[] {
  return (signers as readonly { readonly maskedIdentifier: string }[]).map((one) => one.maskedIdentifier);
}
