import assert from 'node:assert/strict';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Worker } from '@temporalio/worker';
import { SigningClient, SigningFailedError } from '@signering/client';
import { TASK_QUEUE } from '@signering/contract';
import { createDataConverter, formatKeys, generateKey, parseKeys } from '@signering/encryption';
import { FAILURE_CONVERTER_PATH } from '@signering/worker';
import { openFileStorage } from '@signering/storage';
import { createNamespace, freshStorage, sharedTemporal } from '../fixtures/index.js';
import { CLAIMED_INPUT } from '../storage/encrypted-input.js';
import { pdfSaying, validRequest } from './requests.js';
import { settleJob } from './settled-job.js';

describe('the signing client, when processes end', () => {
  let client: SigningClient;
  let connection: NativeConnection;
  let worker: Worker;
  let run: Promise<void>;
  let content: Uint8Array;
  let storage: string;

  before(async () => {
    const { address } = await sharedTemporal();
    const namespace = await createNamespace(address);
    const keys = parseKeys(formatKeys([generateKey('test')]));
    connection = await NativeConnection.connect({ address });
    const logger = new DefaultLogger('ERROR');
    worker = await Worker.create({
      connection,
      namespace,
      taskQueue: TASK_QUEUE,
      dataConverter: { ...createDataConverter(keys), failureConverterPath: FAILURE_CONVERTER_PATH },
      workflowBundle: await bundleWorkflowCode({
        workflowsPath: fileURLToPath(new URL('./scripted-signing.js', import.meta.url)),
        failureConverterPath: FAILURE_CONVERTER_PATH,
        logger,
      }),
    });
    run = worker.run();
    storage = await freshStorage();
    client = await SigningClient.connect({
      settings: {
        organizationNumber: '910000007',
        storage,
        keys,
        pollingQueue: 'signering-workflows',
        callTimeoutMs: 10_000,
        temporal: { connection: { address }, namespace },
      },
    });
    content = await pdfSaying('Lease');
  });
  after(async () => {
    await client.close();
    worker.shutdown();
    await run;
    await connection.close();
  });

  const start = (title: string) =>
    client.startPortalJob({ ...validRequest(content), reference: title, title });

  it('waits for the outcome and gives it as the workflow does', async () => {
    await start('signed');
    assert.equal((await client.waitForResult('signed')).outcome, 'SIGNED');
    const job = await client.getJob('signed');
    assert.ok(job.status === 'ENDED');
    assert.deepEqual([job.state, job.outcome, job.archive], ['SIGNED', 'SIGNED', { documents: [] }]);
  });

  it('reports a lost receipt as lost, not as a job that is to be sent again', async () => {
    const reference = 'without receipt';
    const { ledger } = await openFileStorage({ root: storage });
    const claim = { organizationNumber: '910000007', reference, flow: 'PORTAL', ...CLAIMED_INPUT } as const;
    await ledger.claim({ ...claim, pollingQueue: 'q', contentDigest: 'a'.repeat(64) });
    await settleJob({ storage, organizationNumber: '910000007', reference });
    const isReceipt = (file: string): boolean => file.endsWith('receipt.json');
    const [receipt = ''] = readdirSync(join(storage, 'archive'), {
      recursive: true,
      encoding: 'utf8',
    }).filter(isReceipt);
    rmSync(join(storage, 'archive', receipt));
    const lost = { code: 'DOCUMENT_MISSING', retryable: false, message: /no receipt of job 42.*Restore/u };
    await assert.rejects(client.getJob(reference), lost);
    await assert.rejects(client.waitForResult(reference), lost);
  });

  it('throws a code of a later version as it is, with what its failure says of a retry', async () => {
    await start('of a later version');
    await assert.rejects(client.waitForResult('of a later version'), (error) => {
      assert.ok(error instanceof SigningFailedError);
      assert.match(error.message, /has failed: the vault is sealed/u);
      // The call gives the same error again; the job, sent again, may succeed.
      assert.deepEqual([error.code, error.retryable, error.failure.retryable], ['VAULT_SEALED', false, true]);
      return true;
    });
  });

  it('takes a bug of the worker for what it is, not for a service without an answer', async () => {
    await start('waiting');
    await assert.rejects(client.cancelJob('waiting', { reason: 'meet a bug' }), {
      code: 'WORKER_FAULT',
      retryable: false,
      message: /The process goes on/u,
    });
  });

  it('takes a bug during a decision for what it is, not for a job that does not wait for it', async () => {
    await start('with a broken document');
    await assert.rejects(client.retryArchiving('with a broken document'), { code: 'WORKER_FAULT' });
    const acceptance = { by: 'kari.nordmann', reason: 'verified by hand' };
    await assert.rejects(client.acceptSignedDocuments('with a broken document', acceptance), {
      code: 'NOTHING_TO_DECIDE',
    });
  });

  it('rejects a result in a later format, and says that the client has to be upgraded', async () => {
    await start('in a later format');
    const failure = { code: 'VERSION_NOT_SUPPORTED', message: /version 2.*Upgrade @signering\/client/u };
    await assert.rejects(client.waitForResult('in a later format'), failure);
    await assert.rejects(client.getJob('in a later format'), failure);
  });

  it('throws what the process failed with, by its code', async () => {
    await start('refused');
    const failure = {
      code: 'MESSAGE_REFUSED',
      retryable: false,
      message: /"refused" has failed: the service refused it/u,
      // What is not of its type is left out.
      facts: {
        reference: 'refused',
        operation: 'create',
        httpStatus: 400,
        serviceErrorCode: 'SCHEMA_VALIDATION_ERROR',
      },
    };
    await assert.rejects(client.waitForResult('refused'), failure);
    const job = await client.getJob('refused');
    assert.ok(job.status === 'PROCESS_FAILED');
    assert.deepEqual(JSON.parse(JSON.stringify(job.failure)), {
      code: 'MESSAGE_REFUSED',
      message: 'The signing process of reference "refused" has failed: the service refused it',
      retryable: false,
      facts: failure.facts,
    });
  });

  it('has one code for errors that are not the product’s', async () => {
    await start('broken');
    await assert.rejects(client.waitForResult('broken'), {
      code: 'SIGNING_ABORTED',
      message: /Temporal Web/u,
    });
  });

  it('cancels a running job, and says so when it is too late', async () => {
    await start('waiting');
    assert.deepEqual(await client.cancelJob('waiting', { reason: 'a mistake', by: 'kari.nordmann' }), {
      result: 'CANCELLED',
    });
    assert.equal((await client.waitForResult('waiting')).outcome, 'CANCELLED');
    assert.deepEqual(await client.cancelJob('waiting', { reason: 'again' }), { result: 'TOO_LATE' });
  });

  it('starts nothing again that has ended', async () => {
    await start('ended');
    const first = await client.waitForResult('ended');
    assert.equal((await start('ended')).existing, true);
    assert.deepEqual(await client.waitForResult('ended'), first);
  });
});
