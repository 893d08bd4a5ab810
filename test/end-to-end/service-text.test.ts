import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type SigningClient, SigningError } from '@signering/client';
import { waitFor, type TestStack } from '../fixtures/index.js';
import { archiveFoldersOf } from './archive-evidence.js';
import { portalJob, SYNTHETIC_SIGNERS } from './portal-jobs.js';
import { createdJobIdOf, useSigningStack } from './signing-stack.js';

const NAME = 'Ola Planted-Nordmann';
const PLANTED = { errorMessage: `Signer ${NAME} (${SYNTHETIC_SIGNERS[0]!}) is unknown`, errorType: 'CLIENT' };

/** Files below a folder that hold one of the texts. */
function filesWith(folder: string, texts: readonly string[]): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(folder, path)).isFile())
    .filter((path) => texts.some((text) => readFileSync(join(folder, path)).includes(text)));
}

describe("the service's error text", () => {
  let stack: TestStack;
  let client: SigningClient;
  let worker: Awaited<ReturnType<TestStack['startWorker']>>;

  useSigningStack((started) => ({ stack, client, worker } = started), {
    settings: { SIGNERING_LOG_LEVEL: 'trace' },
  });

  const answerOnce = (operation: string, status: number, errorCode: string) =>
    stack.admin.call('POST', '/faults', {
      fault: 'status',
      operation,
      status,
      body: { ...PLANTED, errorCode },
    });

  function assertNowhere(): void {
    const texts = [NAME, 'Planted', SYNTHETIC_SIGNERS[0]!];
    for (const log of [worker.logged(), worker.printed()]) {
      assert.deepEqual(
        texts.filter((text) => log.includes(text)),
        [],
        'the log',
      );
    }
    for (const part of ['ledger', 'archive']) {
      const folder = join(stack.storageFolder, part);
      if (!readdirSync(stack.storageFolder).includes(part)) continue;
      assert.deepEqual(filesWith(folder, texts), [], part);
    }
  }

  it('of a rejected job is only in the failure; ledger and log contain the code', async () => {
    await answerOnce('create', 400, 'SOMETHING_NEW');
    await client.startPortalJob(await portalJob('refused'));
    const failure = await client.waitForResult('refused').then(
      () => assert.fail('the job was not refused'),
      (error: unknown) => error,
    );
    assert.ok(failure instanceof SigningError);
    assert.equal(failure.code, 'REQUEST_REFUSED');
    assert.match(failure.message, /HTTP 400, SOMETHING_NEW/u);
    const { operation, httpStatus, serviceErrorCode } = failure.facts;
    assert.deepEqual([operation, httpStatus, serviceErrorCode], ['create', 400, 'SOMETHING_NEW']);
    assert.ok(!failure.message.includes(NAME), failure.message);
    assert.match(failure.serviceMessage ?? '', /Signer Ola Planted-Nordmann \(\*{3}\) is unknown/u);
    await waitFor(() => Promise.resolve(worker.logged().includes('SOMETHING_NEW')), {
      what: 'the log names the code',
    });
    assert.ok(filesWith(join(stack.storageFolder, 'ledger'), ['SOMETHING_NEW']).length > 0);
    assertNowhere();
  });

  it('of an ambiguous create is neither in the receipt nor in the job', async () => {
    await answerOnce('create', 500, 'INTERNAL');
    await client.startPortalJob(await portalJob('doubted'));
    const id = await createdJobIdOf(client, 'doubted');
    await stack.admin.act(id, 1, 'sign');
    const result = await client.waitForResult('doubted');
    assert.match(result.ambiguousCreate?.attempts[0]?.reason ?? '', /HTTP 500, INTERNAL/u);
    const [folder] = archiveFoldersOf(stack, 'doubted');
    assert.match(readFileSync(join(folder ?? '', 'receipt.json'), 'utf8'), /HTTP 500, INTERNAL/u);
    assert.ok(!JSON.stringify(result).includes('Planted'));
    assertNowhere();
  });
});
