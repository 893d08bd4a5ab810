import { allHandlersFinished, ApplicationFailure, condition, setHandler } from '@temporalio/workflow';
import type { CreatedJob, JobToCreate } from '@signering/activities';
import { answerAmbiguousCreateUpdate, decisionOf, type AmbiguousCreateAnswer } from '@signering/contract';
import type { ErrorCode } from '@signering/schema';
import { createSignatureJob } from './activities.js';
import { demandDecidedBy } from './operator-decision.js';
import type { SigningContext } from './signing-context.js';
import type { SigningProgress } from './signing-progress.js';

/** The wait before a job is sent again after an ambiguous attempt, in milliseconds; doubles up to the longest. */
const FIRST_WAIT_MS = 10_000;
const LONGEST_WAIT_MS = 10 * 60_000;

const ANSWERS: readonly AmbiguousCreateAnswer['answer'][] = ['SEND_AGAIN', 'GIVE_UP'];

/**
 * Creates the job. While it is unknown whether an attempt made one, the workflow sends the job again after a wait (policy
 * `retry`) or after an operator's answer (policy `ask`). Under both policies an operator's answer takes effect at once.
 * @throws CREATE_ABANDONED when an operator gives up
 */
export async function createJob({ progress }: SigningContext, job: JobToCreate): Promise<CreatedJob> {
  try {
    return await createOnce(job, progress);
  } catch (error) {
    progress.abandon(error);
    // Let pending updates fail with this error first.
    await condition(allHandlersFinished);
    await progress.events.end();
    throw error;
  }
}

async function createOnce(job: JobToCreate, progress: SigningProgress): Promise<CreatedJob> {
  const answers: AmbiguousCreateAnswer[] = [];
  setHandler(answerAmbiguousCreateUpdate, (answer) => void answers.push(answer), {
    validator: ({ answer, ...decidedBy }: AmbiguousCreateAnswer) => {
      if (progress.state !== 'CREATE_AMBIGUOUS')
        throw refusal('NOTHING_TO_DECIDE', 'No create is ambiguous now.');
      // Operators type it: a typing error must not send the job again.
      if (!ANSWERS.includes(answer))
        throw refusal('INVALID_REQUEST', `The answer must be ${ANSWERS.join(' or ')}.`);
      demandDecidedBy(decidedBy);
      const [surfaced] = progress.twins.openDuplicateIds;
      if (answer === 'GIVE_UP' && surfaced !== undefined)
        throw refusal('NOTHING_TO_DECIDE', thereIsOne(surfaced));
    },
  });
  let result = await createSignatureJob({ ...job, sendAgainAfter: 0 });
  if (result.webhooks === true) progress.events.want();
  while (result.kind === 'AMBIGUOUS') {
    progress.twins.recordAttempts(result.ambiguousAttempts);
    const isAnswered = (): boolean => answers.length > 0;
    if (result.policy === 'ask') {
      progress.enter('CREATE_AMBIGUOUS', QUESTION);
      await condition(isAnswered);
    } else {
      progress.enter('CREATE_AMBIGUOUS');
      await condition(isAnswered, waitBeforeNext(result.ambiguousAttempts.length), {
        summary: 'Until the job is sent again',
      });
    }
    // GIVE_UP wins over other answers accepted at the same time: sending again could ask signers twice.
    const given = answers.splice(0);
    for (const { answer, ...decidedBy } of given)
      progress.decisions.record(decisionOf(answer, decidedBy, new Date()));
    if (given.some(({ answer }) => answer === 'GIVE_UP')) throw abandoned(result.lastAttempt);
    progress.enter('CREATING');
    result = await createSignatureJob({ ...job, sendAgainAfter: result.lastAttempt });
  }
  progress.twins.recordAttempts(result.ambiguousAttempts);
  progress.recordCreated(result);
  progress.steps.begin('WAIT');
  progress.enter('WAITING_FOR_SIGNERS');
  return result;
}

function refusal(code: ErrorCode, message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, code);
}

function waitBeforeNext(ambiguousAttempts: number): number {
  return Math.min(FIRST_WAIT_MS * 2 ** (ambiguousAttempts - 1), LONGEST_WAIT_MS);
}

const QUESTION =
  'It is unknown whether the service made the job: look in its sender portal, then answer with signering repair REF send-again or give-up (update answerAmbiguousCreate).';

/** After GIVE_UP no workflow would archive what is signed. */
function thereIsOne(signatureJobId: string): string {
  return `The service made the job: ${signatureJobId}. Answer SEND_AGAIN, and the job with more signatures continues; or cancel it in the service's sender portal, and give up when this message no longer names it.`;
}

function abandoned(attempt: number): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    `Gave up after attempt ${attempt} to create the job had an unknown outcome, as the operator answered. Signers may have been asked: look in the service's sender portal.`,
    'CREATE_ABANDONED' satisfies ErrorCode,
  );
}
