import assert from 'node:assert/strict';
import { type SigningClient, SigningError } from '@signering/client';
import {
  hold,
  releaseHolds,
  waitFor,
  waitUntilHolding,
  type HeldOperation,
  type TestStack,
} from '../fixtures/index.js';
import { archiveFoldersOf, assertSettledOnce } from './archive-evidence.js';
import { createdDirectJob, directJob, visit } from './direct-jobs.js';
import { useSigningStack } from './signing-stack.js';

describe('a worker killed with kill -9 while a signer of a direct job is signing', () => {
  let stack: TestStack;
  let client: SigningClient;
  let worker: Awaited<ReturnType<TestStack['startWorker']>>;

  afterEach(async () => {
    await releaseHolds(stack.admin);
  });
  useSigningStack((started) => ({ stack, client, worker } = started), { forEachTest: true });

  async function signedBy(reference: string): Promise<string> {
    const { redirects } = await createdDirectJob(client, await directJob(reference));
    return (await visit(redirects[0]!.redirectUrl, 'sign')).token;
  }

  /** Kills the worker when such a call is blocked, and starts another one. */
  async function killAt(operation: HeldOperation): Promise<void> {
    await waitUntilHolding(stack.admin, operation, () => worker.logged());
    await worker.kill9();
    await releaseHolds(stack.admin);
    worker = await stack.startWorker();
  }

  async function assertSigned(reference: string): Promise<void> {
    const { outcome } = await client.waitForResult(reference);
    assert.equal(outcome, 'SIGNED');
    await assertSettledOnce(stack, reference);
  }

  it('between the signature and the return: the next worker finds the stored token', async () => {
    const token = await signedBy('left');
    await worker.kill9();
    await assert.rejects(client.signerReturned('left', { statusQueryToken: token }), {
      code: 'WORKER_UNAVAILABLE',
    });
    worker = await stack.startWorker();
    await assertSigned('left');
  });

  it('between the signature and the return: the next worker accepts the token', async () => {
    const token = await signedBy('signature-return');
    await worker.kill9();
    await assert.rejects(client.signerReturned('signature-return', { statusQueryToken: token }), {
      code: 'WORKER_UNAVAILABLE',
    });
    worker = await stack.startWorker();
    // Temporal may still wait for the answer of the killed worker: until then a call ends without one.
    const { outcome } = await waitFor(
      () => client.signerReturned('signature-return', { statusQueryToken: token }),
      {
        what: 'the next worker takes the token',
      },
    );
    assert.equal(outcome, 'SIGNED');
    await assertSigned('signature-return');
  });

  it('while the status is fetched: the token is not lost, although it is not submitted again', async () => {
    const token = await signedBy('status');
    await hold(stack.admin, 'fetchStatus', 'after');
    const answer = client.signerReturned('status', { statusQueryToken: token });
    const answered = answer
      .then(({ outcome }) => outcome)
      .catch((error: unknown) => refusalOf(error).retryable);
    await killAt('fetchStatus');
    await assertSigned('status');
    assert.match(
      String(await answered),
      /^(?:true|SIGNED)$/u,
      'the caller gets the state, or an error that is retryable',
    );
  });

  it('between the return and the archive', async () => {
    const token = await signedBy('return-archive');
    await hold(stack.admin, 'pades', 'after');
    assert.equal(
      (await client.signerReturned('return-archive', { statusQueryToken: token })).outcome,
      'SIGNED',
    );
    await killAt('pades');
    await assertSigned('return-archive');
  });

  for (const when of ['before', 'after'] as const) {
    it(`between the archive and the confirmation, ${when} it takes effect`, async () => {
      const reference = `confirmation-${when}`;
      const token = await signedBy(reference);
      await hold(stack.admin, 'confirm', when);
      await client.signerReturned(reference, { statusQueryToken: token });
      await killAt('confirm');
      assert.equal(archiveFoldersOf(stack, reference).length, 1, 'archived before the confirmation was sent');
      await assertSigned(reference);
    });
  }

  it('while the job is created: the caller repeats the request and gets one job', async () => {
    const request = await directJob('create');
    await hold(stack.admin, 'create', 'before');
    const first = client.startDirectJob(request);
    const early = first.then(() => 'created').catch((error: unknown) => refusalOf(error).code);
    await killAt('create');
    assert.ok(['created', 'JOB_NOT_CREATED_YET'].includes(await early));
    let started;
    while (started === undefined) {
      started = await client.startDirectJob(request).catch((error: unknown) => {
        assert.equal(refusalOf(error).code, 'JOB_NOT_CREATED_YET');
        return undefined;
      });
    }
    assert.ok(started.existing);
    const { token } = await visit(started.redirects[0]!.redirectUrl, 'sign');
    await client.signerReturned('create', { statusQueryToken: token });
    await assertSigned('create');
  });
});

function refusalOf(error: unknown): SigningError {
  assert.ok(error instanceof SigningError, String(error));
  return error;
}
