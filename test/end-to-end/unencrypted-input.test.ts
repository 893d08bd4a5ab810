import assert from 'node:assert/strict';
import {
  Client,
  type Connection,
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import { ApplicationFailure, type Payload } from '@temporalio/common';
import { type SigningClient } from '@signering/client';
import { preparePortalJob } from '@signering/client/request';
import {
  cancelUpdate,
  DEFAULT_POLLING_QUEUE,
  freshRedirectUrlUpdate,
  portalStatusChangeSignal,
  signingWorkflowId,
  TASK_QUEUE,
  WORKFLOW_TYPES,
  type PortalSigningInput,
} from '@signering/contract';
import { createDataConverter, createPayloadCodec } from '@signering/encryption';
import { loadClientSettings } from '@signering/settings';
import { openFileStorage } from '@signering/storage';
import { waitFor, type TestStack } from '../fixtures/index.js';
import { createdDirectJob, directJob } from './direct-jobs.js';
import { portalJob, SYNTHETIC_SIGNERS } from './portal-jobs.js';
import { createdJobIdOf, useSigningStack } from './signing-stack.js';

const ACCEPT = { SIGNERING_ACCEPT_UNENCRYPTED: 'yes' };

describe('input that is not encrypted', () => {
  let stack: TestStack;
  let connection: Connection;
  let client: SigningClient;
  /** A system that does not encrypt what it sends, and can read what it gets. */
  let plain: Client['workflow'];

  useSigningStack((started) => ({ stack, client, connection } = started), {
    withoutWorker: true,
    forEachTest: true,
  });
  beforeEach(() => {
    const dataConverter = createDataConverter(loadClientSettings(stack.env).keys);
    const decode = (payloads: Payload[]) =>
      createPayloadCodec(loadClientSettings(stack.env).keys).decode(payloads);
    plain = new Client({
      connection,
      namespace: stack.temporal.namespace,
      dataConverter: {
        ...dataConverter,
        payloadCodecs: [{ encode: (given) => Promise.resolve(given), decode }],
      },
    }).workflow;
  });

  const idOf = (reference: string) =>
    signingWorkflowId(loadClientSettings(stack.env).organizationNumber, reference);

  async function inputFor(reference: string): Promise<PortalSigningInput> {
    const { organizationNumber, storage } = loadClientSettings(stack.env);
    const request = await portalJob(reference);
    const prepared = await preparePortalJob(request, { pollingQueue: DEFAULT_POLLING_QUEUE });
    const store = (await openFileStorage({ root: storage })).documents;
    const documents = await Promise.all(
      prepared.documents.map(async ({ content, title, ...names }) => ({
        ...(await store.put(content, names)),
        title,
      })),
    );
    const job = { ...prepared.terms, documents };
    return { version: 1, organizationNumber, reference, contentDigest: 'a'.repeat(64), job };
  }

  async function startPlain(input: unknown, workflowId: string): Promise<void> {
    const options = { workflowId, taskQueue: TASK_QUEUE, args: [input] };
    await plain.start(WORKFLOW_TYPES.portalSigning, {
      ...options,
      workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
    });
  }

  /** What the workflow failed with, as a reader with the keys sees it. */
  async function failureOf(workflowId: string): Promise<ApplicationFailure> {
    try {
      await plain.result(workflowId);
    } catch (error) {
      assert.ok(error instanceof WorkflowFailedError && error.cause instanceof ApplicationFailure);
      return error.cause;
    }
    return assert.fail('the workflow has a result');
  }

  it('fails the workflow with a readable code, and does not claim its reference', async () => {
    const worker = await stack.startWorker();
    await startPlain(await inputFor('refused'), idOf('refused'));
    const { type, message } = await failureOf(idOf('refused'));
    assert.equal(type, 'UNENCRYPTED_INPUT_REFUSED');
    assert.match(message, /SIGNERING_ACCEPT_UNENCRYPTED=yes/u);
    // Without a key, the code alone.
    const { events } = await plain.getHandle(idOf('refused')).fetchHistory();
    const failure = events?.at(-1)?.workflowExecutionFailedEventAttributes?.failure;
    assert.equal(failure?.applicationFailureInfo?.type, 'UNENCRYPTED_INPUT_REFUSED');
    assert.match(worker.logged(), /is unencrypted.*Workflow failed/u);
    assert.deepEqual(await stack.admin.jobs(), []);

    await client.startPortalJob(await portalJob('refused'));
    await createdJobIdOf(client, 'refused');
  });

  it('is rejected with every mistake named and no value quoted, before anything is sent', async () => {
    await stack.startWorker(ACCEPT);
    const { job, ...rest } = await inputFor('mistaken');
    const [signer] = job.signers;
    const wrong = {
      ...rest,
      job: { ...job, title: '', signers: [{ ...signer, emailAdress: 'kari@example.com' }] },
    };
    await startPlain(wrong, idOf('mistaken'));
    const { type, message } = await failureOf(idOf('mistaken'));
    assert.equal(type, 'INVALID_REQUEST');
    assert.match(message, /job\.title: .*job\.signers\[0\]: .*emailAdress/u);
    assert.ok(!message.includes(SYNTHETIC_SIGNERS[0]!) && !message.includes('kari'));

    const pin = { personalIdentificationNumber: SYNTHETIC_SIGNERS[0]! };
    const byMail = { ...pin, notifications: { emailAddress: 'kari@example.com' } };
    const [document] = job.documents;
    const drifted = {
      ...job,
      title: '\u200E',
      documents: [document, { ...document, title: 'Part 2', mediaType: 'text/html' }],
      signers: [byMail, byMail, { notifications: { emailAddress: 'not an email' } }],
    };
    await startPlain({ ...rest, job: drifted }, idOf('mistaken'));
    const failure = await failureOf(idOf('mistaken'));
    assert.equal(failure.type, 'INVALID_REQUEST');
    for (const problem of [
      /job\.title: must not be blank/u,
      /job\.documents\[1\]\.mediaType: must be application\/pdf or text\/plain/u,
      /job\.signers\[1\]: is the same person or address as signers\[0\]/u,
      /job\.signers\[2\]\.notifications\.emailAddress: must be a single email address/u,
    ]) {
      assert.match(failure.message, problem);
    }

    await startPlain('no object', idOf('mistaken'));
    assert.match((await failureOf(idOf('mistaken'))).message, /must be a JSON object/u);

    await startPlain(await inputFor('elsewhere'), 'an-id-of-its-own');
    assert.match((await failureOf('an-id-of-its-own')).message, /must be signing\/\d{9}\/elsewhere/u);
    assert.deepEqual(await stack.admin.jobs(), []);
  });

  it('returns a job that was started before a rule was added', async () => {
    const lenient = await stack.startWorker({ ...ACCEPT, SIGNERING_IDENTITY_NUMBER_CHECK: 'off' });
    const { job, ...rest } = await inputFor('older-rule');
    const pin = SYNTHETIC_SIGNERS[0]!;
    const mistyped = `${pin.slice(0, 10)}${(Number(pin[10]) + 1) % 10}`;
    const signers = [{ ...job.signers[0], personalIdentificationNumber: mistyped }];
    const order = { ...rest, job: { ...job, signers } };
    await startPlain(order, idOf('older-rule'));
    const signatureJobId = await createdJobIdOf(client, 'older-rule');
    await plain.getHandle(idOf('older-rule')).terminate();
    await lenient.stop(20_000);

    await stack.startWorker(ACCEPT);
    await startPlain({ ...order, reference: 'newer-rule' }, idOf('newer-rule'));
    const { type, message } = await failureOf(idOf('newer-rule'));
    assert.equal(type, 'INVALID_REQUEST');
    assert.match(message, /job\.signers\[0\]\.personalIdentificationNumber: .*check digits/u);
    assert.ok(!message.includes(mistyped));
    await startPlain(order, idOf('older-rule')).catch((error: unknown) => {
      // The walk through the ledger may have started it first.
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    });
    await waitFor(async () => (await client.getJob('older-rule')).state === 'WAITING_FOR_SIGNERS', {
      what: 'the job is followed again',
    });
    assert.equal((await client.getJob('older-rule')).signatureJobId, signatureJobId);
    assert.equal((await stack.admin.jobs()).length, 1);
  });

  it('stays accepted under a worker that rejects new unencrypted input, which still accepts operator decisions', async () => {
    const accepting = await stack.startWorker(ACCEPT);
    await startPlain(await inputFor('accepted'), idOf('accepted'));
    await createdJobIdOf(client, 'accepted');
    await accepting.stop(20_000);
    await stack.startWorker();
    const handle = plain.getHandle(idOf('accepted'));
    const answer = await handle.executeUpdate(cancelUpdate, { args: [{ reason: 'Sent to the wrong one' }] });
    assert.deepEqual(answer, { result: 'CANCELLED' });
    assert.equal((await client.waitForResult('accepted')).outcome, 'CANCELLED');
  });

  it('cannot forge a status change or request redirect URLs', async () => {
    const worker = await stack.startWorker();
    await client.startPortalJob(await portalJob('forged'));
    const id = await waitFor(async () => (await client.getJob('forged')).signatureJobId, {
      what: 'the job is there',
    });
    await plain.getHandle(idOf('forged')).signal(portalStatusChangeSignal.name, {
      change: { signatureJobId: id, status: 'COMPLETED_SUCCESSFULLY' },
    });
    await waitFor(() => worker.logged().includes('A signal was dropped: it is unencrypted'), {
      what: 'the worker tells of it',
    });
    assert.equal((await client.getJob('forged')).state, 'WAITING_FOR_SIGNERS');

    await createdDirectJob(client, await directJob('guarded'));
    const update = plain
      .getHandle(idOf('guarded'))
      .executeUpdate(freshRedirectUrlUpdate, { args: [{ signer: 1 }] });
    await assert.rejects(update, (error) => {
      assert.ok(error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure);
      return error.cause.type === 'UNENCRYPTED_INPUT_REFUSED';
    });
  });
});
