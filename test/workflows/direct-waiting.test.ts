import assert from 'node:assert/strict';
import { ApplicationFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { DirectJobRequest } from '@signering/client';
import {
  describeQuery,
  freshRedirectUrlUpdate,
  MOST_FRESH_REDIRECT_URLS,
  MOST_REDIRECT_URL_ANSWERS,
  redirectUrlsUpdate,
  signerReturnedUpdate,
  type SigningResult,
} from '@signering/contract';
import { archiveFoldersOf, assertSettledOnce } from '../end-to-end/archive-evidence.js';
import { directJob, visit } from '../end-to-end/direct-jobs.js';
import { evidenceOf, jobIdsOf } from '../end-to-end/sandbox-evidence.js';
import {
  addSearchAttributes,
  hold,
  releaseHolds,
  startTestStack,
  startTimeSkipping,
  useQuietRuntime,
  waitUntilHolding,
  withClearWorker,
  type ClearSigning,
  type TestStack,
} from '../fixtures/index.js';

const DAY_SECONDS = 24 * 60 * 60;
/** For tests of hundreds of updates one after another, in milliseconds: a busy machine takes a second for each. */
const HUNDREDS_OF_UPDATES_MS = 30 * 60_000;

/** The code that something failed with; the activity's stands behind the workflow's or the update's own. */
function failureTypeOf(settled: PromiseSettledResult<unknown>): string | undefined {
  assert.equal(settled.status, 'rejected');
  for (let cause: unknown = settled.reason; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ApplicationFailure && cause.type != null) return cause.type;
  }
  return undefined;
}

describe('a direct job whose signer is waited for', () => {
  let stack: TestStack;
  let temporal: TestWorkflowEnvironment;

  before(async () => {
    useQuietRuntime();
    stack = await startTestStack();
  });

  // A fresh clock for each test: jobs are created at wall clock time, which a used clock has passed.
  beforeEach(async () => {
    temporal = await startTimeSkipping();
    await addSearchAttributes(temporal.connection, 'default');
  });

  afterEach(async () => {
    await releaseHolds(stack.admin);
    await (temporal as TestWorkflowEnvironment | undefined)?.teardown();
  });

  after(() => (stack as TestStack | undefined)?.stop());

  /** Starts a job and does that while it runs. */
  async function during<T>(
    request: DirectJobRequest,
    act: (job: ClearSigning, redirectUrls: readonly string[]) => Promise<T>,
  ): Promise<T> {
    const { connection: signals, nativeConnection: tasks } = temporal;
    return withClearWorker({ stack, tasks, signals, namespace: 'default' }, async ({ startDirect }) => {
      const job = await startDirect(request);
      const { redirects } = await job.executeUpdate(redirectUrlsUpdate, { args: [{}] });
      return act(
        job,
        redirects.map(({ redirectUrl }) => redirectUrl),
      );
    });
  }

  const returned = (job: ClearSigning, statusQueryToken: string, proved = true) =>
    job.executeUpdate(signerReturnedUpdate, { args: [{ statusQueryToken, proved }] });
  const questions = async (reference: string): Promise<number> => {
    const [signatureJobId = ''] = await jobIdsOf(stack.admin, reference);
    const { ledger } = await evidenceOf(stack.admin, signatureJobId);
    return ledger.filter(({ operation }) => operation === 'fetchStatus').length;
  };
  /** The service calls a right token wrong. */
  const refuseTokens = (times: number) =>
    stack.admin.call('POST', '/faults', {
      fault: 'status',
      operation: 'fetchStatus',
      times,
      status: 403,
      body: { errorCode: 'INVALID_STATUS_QUERY_TOKEN', errorMessage: 'Wrong token.', errorType: 'CLIENT' },
    });

  const stateOf = async (job: ClearSigning) => (await job.query(describeQuery)).state;

  it('ends as NOT_REPORTED after 30 days when no browser came back, and confirms nothing', async () => {
    const result = await during(await directJob('closed-too-early'), async (job, [redirectUrl]) => {
      // They sign, and close the browser before it comes back.
      await visit(redirectUrl!, 'sign');
      await temporal.sleep('29 days');
      assert.equal(await stateOf(job), 'WAITING_FOR_SIGNERS');
      await temporal.sleep('2 days');
      return job.result();
    });
    assert.deepEqual([result.outcome, result.archive.documents], ['NOT_REPORTED', []]);
    assert.equal(archiveFoldersOf(stack, 'closed-too-early').length, 1);
  });

  it('fails with the code of the refused create, also for a browser that waits', async () => {
    const { connection: signals, nativeConnection: tasks } = temporal;
    // The sandbox's usual sender is a private one, who may ask for security level 4 only.
    const request = await directJob('come-too-early', { requiredAuthentication: 3 });
    await hold(stack.admin, 'create', 'before');
    await withClearWorker({ stack, tasks, signals, namespace: 'default' }, async ({ startDirect }) => {
      const job = await startDirect(request);
      await waitUntilHolding(stack.admin, 'create');
      const returned = await job.startUpdate(signerReturnedUpdate, {
        args: [{ statusQueryToken: 'guessed' }],
        waitForStage: 'ACCEPTED',
      });
      await releaseHolds(stack.admin);
      const [ended, answered] = await Promise.allSettled([job.result(), returned.result()]);
      assert.equal(failureTypeOf(ended), 'DOCUMENT_PACKAGE_REFUSED');
      assert.equal(failureTypeOf(answered), 'DOCUMENT_PACKAGE_REFUSED');
    });
  });

  it('learns by itself that the second signer has signed, when only the first came back', async () => {
    const signers = [{ signerIdentifier: 'CUSTOMER-1' }, { signerIdentifier: 'CUSTOMER-2' }];
    const result = await during(
      await directJob('second-stays-away', { signers }),
      async (job, redirectUrls) => {
        const { token } = await visit(redirectUrls[0]!, 'sign');
        const answer = await job.executeUpdate(signerReturnedUpdate, { args: [{ statusQueryToken: token }] });
        assert.equal(answer.outcome, undefined);
        await visit(redirectUrls[1]!, 'sign');
        await temporal.sleep('2 hours');
        return job.result();
      },
    );
    assert.deepEqual(
      result.signers.map(({ status }) => status),
      ['SIGNED', 'SIGNED'],
    );
    await assertSettledOnce(stack, 'second-stays-away');
  });

  it('keeps a token that could not be tried while the service was away', async () => {
    const result = await during(await directJob('service-away'), async (job, [redirectUrl]) => {
      const { token } = await visit(redirectUrl!, 'sign');
      await stack.sandbox().kill9();
      await assert.rejects(job.executeUpdate(signerReturnedUpdate, { args: [{ statusQueryToken: token }] }));
      await stack.restartSandbox();
      await temporal.sleep('2 hours');
      return job.result();
    });
    assert.equal(result.outcome, 'SIGNED');
  });

  it('has EXPIRED when the service says so to a token that is known', async () => {
    const signers = [{ signerIdentifier: 'CUSTOMER-1' }, { signerIdentifier: 'CUSTOMER-2' }];
    const result: SigningResult = await during(
      await directJob('expired', { signers }),
      async (job, [first]) => {
        const { token } = await visit(first!, 'sign');
        await job.executeUpdate(signerReturnedUpdate, { args: [{ statusQueryToken: token }] });
        await stack.admin.advanceClock(31 * DAY_SECONDS);
        await temporal.sleep('2 hours');
        return job.result();
      },
    );
    assert.equal(result.outcome, 'EXPIRED');
    assert.deepEqual(
      result.archive.documents.map(({ name }) => name),
      ['signed.pdf', 'xades-1.xml'],
    );
  });

  it('gets so many fresh redirect URLs and no more', async () => {
    const refused = await during(await directJob('loop'), async (job) => {
      const ask = () => job.executeUpdate(freshRedirectUrlUpdate, { args: [{ signer: 1 }] });
      for (let asked = 0; asked < MOST_FRESH_REDIRECT_URLS; asked += 1) await ask();
      const error = await ask().catch((failure: unknown) => failure);
      await job.terminate('end of the test');
      return error;
    });
    assert.equal(((refused as Error).cause as { type?: string }).type, 'TOO_MANY_REDIRECT_URLS');
  }).timeout(HUNDREDS_OF_UPDATES_MS);

  it('tells its redirect URLs so often and no more, so that its signer can still come back', async () => {
    const outcome = await during(await directJob('started-in-a-loop'), async (job, [redirectUrl]) => {
      const start = () => job.executeUpdate(redirectUrlsUpdate, { args: [{}] });
      for (let told = 1; told < MOST_REDIRECT_URL_ANSWERS; told += 1) await start();
      const [refused] = await Promise.allSettled([start()]);
      assert.equal(failureTypeOf(refused), 'TOO_MANY_REDIRECT_URLS');
      const { token } = await visit(redirectUrl!, 'sign');
      return (await job.executeUpdate(signerReturnedUpdate, { args: [{ statusQueryToken: token }] })).outcome;
    });
    assert.equal(outcome, 'SIGNED');
  }).timeout(HUNDREDS_OF_UPDATES_MS);

  it('takes its signer back after 1,000 made-up tokens, and asks the service with few of them', async () => {
    const reference = 'guessable';
    const outcome = await during(await directJob(reference), async (job, [redirectUrl]) => {
      const codes = new Map<string | undefined, number>();
      for (let count = 0; count < 1000; count += 1) {
        const [refused] = await Promise.allSettled([returned(job, `made-up-${count}`, false)]);
        const code = failureTypeOf(refused);
        codes.set(code, (codes.get(code) ?? 0) + 1);
      }
      assert.deepEqual(
        [...codes],
        [
          ['SIGNING_CEREMONY_NOT_COMPLETED', 20],
          ['TOO_MANY_EXIT_VISITS', 980],
        ],
      );
      assert.equal(await questions(reference), 20);
      const { token } = await visit(redirectUrl!, 'sign');
      await returned(job, token);
      return (await job.result()).outcome;
    });
    assert.equal(outcome, 'SIGNED');
  }).timeout(HUNDREDS_OF_UPDATES_MS);

  it('asks once more before NOT_REPORTED with a token that the service had refused', async () => {
    const result = await during(await directJob('refused-by-mistake'), async (job, [redirectUrl]) => {
      const { token } = await visit(redirectUrl!, 'sign');
      await refuseTokens(1);
      const [refused] = await Promise.allSettled([returned(job, token)]);
      assert.equal(failureTypeOf(refused), 'STATUS_QUERY_TOKEN_INVALID');
      await temporal.sleep('29 days');
      assert.equal(await stateOf(job), 'WAITING_FOR_SIGNERS');
      await temporal.sleep('2 days');
      return job.result();
    });
    assert.equal(result.outcome, 'SIGNED');
    await assertSettledOnce(stack, 'refused-by-mistake');
  });

  it('waits for the service with its last question, when it is away as the time runs out', async () => {
    const result = await during(await directJob('away-at-the-end'), async (job, [redirectUrl]) => {
      const { token } = await visit(redirectUrl!, 'sign');
      await refuseTokens(1);
      await Promise.allSettled([returned(job, token)]);
      await temporal.sleep('30 days');
      await stack.sandbox().kill9();
      // An hour is left for overdue jobs; then the question is repeated for a day.
      await temporal.sleep('3 hours');
      assert.equal(await stateOf(job), 'WAITING_FOR_SIGNERS');
      await stack.restartSandbox();
      await temporal.sleep('2 hours');
      return job.result();
    });
    assert.equal(result.outcome, 'SIGNED');
  });

  it('ends as NOT_REPORTED when every token is refused once more', async () => {
    const result = await during(await directJob('none-is-right'), async (job) => {
      for (const token of ['made-up-1', 'made-up-2']) await Promise.allSettled([returned(job, token, false)]);
      await temporal.sleep('31 days');
      return job.result();
    });
    assert.equal(result.outcome, 'NOT_REPORTED');
    assert.equal(await questions('none-is-right'), 4);
  });
});
