import { ApplicationFailure, WorkflowUpdateFailedError, type WorkflowHandle } from '@temporalio/client';
import {
  cancelUpdate,
  describeQuery,
  freshRedirectUrlUpdate,
  redirectUrlsUpdate,
  signerReturnedSignal,
  signerReturnedUpdate,
  type CancelInput,
  type SigningDescription,
  type SigningResult,
} from '@signering/contract';
import { visit } from '../end-to-end/direct-jobs.js';
import { jobIdsOf } from '../end-to-end/sandbox-evidence.js';
import { hold, releaseHolds, waitFor, waitUntilHolding, type TestStack } from '../fixtures/index.js';

type Admin = TestStack['admin'];
type Signing = WorkflowHandle;
/** Changes an argument before it is sent. */
type Change = <Argument extends object>(argument: Argument) => Argument;

/** The next create call gets no answer, so that the worker sends the job twice. */
export async function doubtNextCreate(admin: Admin): Promise<void> {
  await admin.call('POST', '/faults', { fault: 'reset', operation: 'create', when: 'after' });
}

/** All signers sign the second one of two jobs, which an attempt without an answer made: the result has every member. */
export async function playTwins(job: Signing, reference: string, admin: Admin) {
  const recordedId = await createdIdOf(job);
  const twin = (await jobIdsOf(admin, reference)).find((id) => id !== recordedId) ?? '';
  await admin.act(recordedId, 1, 'sign');
  const describe = await describedOnce(job, ({ signers }) => signers[0]?.status === 'SIGNED');
  // The worker withdraws the twin, whose last signer signs before the service does so.
  await hold(admin, 'cancel', 'before');
  await admin.act(twin, 1, 'sign');
  await waitUntilHolding(admin, 'cancel');
  await admin.act(twin, 2, 'sign');
  await releaseHolds(admin);
  return { describe, result: (await job.result()) as SigningResult };
}

/** The sender cancels. */
export async function playCancelled(job: Signing, input: CancelInput) {
  await createdIdOf(job);
  const answer = await job.executeUpdate(cancelUpdate, { args: [input] });
  await job.result();
  return { input, answer };
}

/** Two signers sign, the first one after a ceremony that failed, and a token of another job is rejected. */
export async function playDirect(job: Signing, change: Change = (argument) => argument) {
  const redirectUrls = {
    input: {},
    answer: await job.executeUpdate(redirectUrlsUpdate, { args: [change({})] }),
  };
  const [first, second] = redirectUrls.answer.redirects.map(({ redirectUrl }) => redirectUrl);
  const failed = { statusQueryToken: (await visit(first ?? '', 'fail')).token };
  await job.signal(signerReturnedSignal, change(failed));
  const describe = await describedOnce(job, ({ signers }) => signers[0]?.status === 'FAILED');
  const input = { signer: 1 };
  const freshRedirectUrl = {
    input,
    answer: await job.executeUpdate(freshRedirectUrlUpdate, { args: [change(input)] }),
  };
  const bring = async (statusQueryToken: string) => {
    const brought = { statusQueryToken, proved: true };
    return {
      input: brought,
      answer: await job.executeUpdate(signerReturnedUpdate, { args: [change(brought)] }),
    };
  };
  const failure = await bring('of-another-job').then(() => undefined, failureIn);
  await bring((await visit(freshRedirectUrl.answer.redirectUrl, 'sign')).token);
  const signerReturned = { ...(await bring((await visit(second ?? '', 'sign')).token)), failure };
  return {
    redirectUrls,
    freshRedirectUrl,
    signerReturned,
    describe,
    result: (await job.result()) as SigningResult,
  };
}

function createdIdOf(job: Signing): Promise<string> {
  return waitFor(async () => (await job.query(describeQuery)).signatureJobId, { what: 'the job is created' });
}

function describedOnce(
  job: Signing,
  condition: (described: SigningDescription) => boolean,
): Promise<SigningDescription> {
  return waitFor(
    async () => {
      const described = await job.query(describeQuery);
      return condition(described) && described;
    },
    { what: 'the description shows what a signer did' },
  );
}

/** A refused update, as the worker wrote its failure. */
function failureIn(error: unknown) {
  let cause: unknown = error instanceof WorkflowUpdateFailedError ? error.cause : error;
  while (cause instanceof Error && !(cause instanceof ApplicationFailure)) cause = cause.cause;
  if (!(cause instanceof ApplicationFailure)) throw error;
  const { type, message, details } = cause;
  return { type, message, details };
}
