import type { AmbiguousAttempt } from '@signering/contract';
import { SigningError } from '@signering/schema';
import { isWithdrawn, LedgerConflictError, type LedgerEntry } from '@signering/storage';
import type { ActivityDependencies, AmbiguousCreatePolicy } from './dependencies.js';
import { JobWithdrawnError, SenderNotAllowedError } from './errors.js';
import { passedOnState, passOn } from './heartbeat-interceptor.js';
import type { CreatedJob, JobToCreate } from './job-to-create.js';
import { claimOf, createdJobOf, recordOf } from './recorded-job.js';
import { sendDirectJob } from './send-direct-job.js';
import { sendPortalJob } from './send-portal-job.js';
import {
  ambiguousAttemptsOf,
  beginAttempt,
  doubtVanishedAttempt,
  endAttempt,
  endUnrecorded,
  nextAttemptOf,
  numberOfLastAttempt,
  type AttemptEnd,
  type UnrecordedAttempt,
} from './sending-attempts.js';

/** The argument of the activity `createSignatureJob`. */
export type CreateSignatureJobInput = JobToCreate & {
  /** Ambiguous attempts up to this number do not prevent another attempt. */
  readonly sendAgainAfter: number;
};

/** The created job, or AMBIGUOUS: an attempt may have made one. */
export type CreateSignatureJobResult = (
  | ({ readonly kind: 'CREATED'; readonly ambiguousAttempts: readonly AmbiguousAttempt[] } & CreatedJob)
  | {
      readonly kind: 'AMBIGUOUS';
      readonly policy: AmbiguousCreatePolicy;
      /** The number of the newest attempt. */
      readonly lastAttempt: number;
      readonly ambiguousAttempts: readonly AmbiguousAttempt[];
    }
) & {
  /** The worker has receivers of webhooks: the workflow publishes events. Absent: it has none. */
  readonly webhooks?: true;
};

type Dependencies = Pick<
  ActivityDependencies,
  | 'portal'
  | 'direct'
  | 'documents'
  | 'ledger'
  | 'encryption'
  | 'ambiguousCreate'
  | 'senders'
  | 'webhookReceivers'
>;

export const createCreateSignatureJobActivity = (dependencies: Dependencies) => ({
  /**
   * Creates the job at the service, unless the ledger has it. Safe to repeat: an answer that the storage did not take is passed
   * on, and recorded later. An attempt without any outcome becomes AMBIGUOUS and is not sent again without `sendAgainAfter`.
   * @throws SENDER_NOT_ALLOWED, JOB_WITHDRAWN, and every code of `createSignatureJob` in signing-api that means that no job was made
   */
  createSignatureJob: async (input: CreateSignatureJobInput): Promise<CreateSignatureJobResult> => {
    const result = await createOnce(input, dependencies);
    const { webhookReceivers = [] } = dependencies;
    return webhookReceivers.length === 0 ? result : { ...result, webhooks: true };
  },
});

const NOT_SENT: AttemptEnd = { outcome: 'REFUSED', reason: 'the storage failed before the job was sent' };

async function createOnce(
  input: CreateSignatureJobInput,
  dependencies: Dependencies,
): Promise<CreateSignatureJobResult> {
  const { sendAgainAfter, ...job } = input;
  const { ledger, encryption } = dependencies;
  // The claim of a client alone reopens a withdrawn row.
  const claimed = await ledger.claim(await claimOf(job, encryption), { leaveWithdrawn: true });
  if (isWithdrawn(claimed)) throw new JobWithdrawnError(claimed);
  const unrecorded = passedOnState();
  const known = isUnrecorded(unrecorded) ? await endUnrecorded(ledger, claimed, unrecorded) : claimed;
  const entry = await doubtVanishedAttempt(ledger, known);
  if (entry.created !== undefined) {
    return createdResultOf(entry, await createdJobOf(entry.created, encryption));
  }
  if (ambiguousAttemptsOf(entry).some(({ attempt }) => attempt > sendAgainAfter)) {
    return ambiguousResultOf(entry, dependencies.ambiguousCreate);
  }
  if (!dependencies.senders.has(job.organizationNumber)) {
    // An earlier attempt may have made a job: an operator decides, or names the sender in the settings again.
    if (ambiguousAttemptsOf(entry).length > 0) return ambiguousResultOf(entry, 'ask');
    throw new SenderNotAllowedError(job.organizationNumber, 'no job was created');
  }
  return sendJob(entry, job, dependencies);
}

async function sendJob(
  claimed: LedgerEntry,
  input: JobToCreate,
  dependencies: Dependencies,
): Promise<CreateSignatureJobResult> {
  const { ledger, encryption, ambiguousCreate } = dependencies;
  let attempt = nextAttemptOf(claimed);
  let sending = claimed;
  // Recorded just before the call: a call that gets no turn is no attempt.
  const beforeSending = async (): Promise<void> => {
    attempt = nextAttemptOf(claimed);
    try {
      sending = await beginAttempt(ledger, claimed, attempt);
    } catch (error) {
      // The start may be recorded, and nothing is sent. Not passed on before: the worker may die when something is.
      if (!(error instanceof LedgerConflictError))
        passOn({ ...attempt, end: NOT_SENT } satisfies UnrecordedAttempt);
      throw error;
    }
  };
  const endWith = (end: AttemptEnd): Promise<LedgerEntry> => {
    passOn({ ...attempt, end } satisfies UnrecordedAttempt);
    return endAttempt(ledger, sending, { ...attempt, end });
  };
  // Behind the calls that people wait for.
  const options = { beforeSending, ...(claimed.batch !== undefined && { priority: 'BULK' as const }) };
  let made: CreatedJob;
  try {
    // Not cancelled when the worker stops: that would make the outcome unknown.
    made =
      input.flow === 'PORTAL'
        ? await sendPortalJob(input, dependencies, options)
        : await sendDirectJob(input, dependencies, options);
  } catch (error) {
    if (!(error instanceof SigningError) || sending === claimed) throw error;
    const outcome = error.code === 'CREATE_OUTCOME_UNKNOWN' ? 'AMBIGUOUS' : 'REFUSED';
    const entry = await endWith({ outcome, reason: error.message });
    if (outcome === 'REFUSED') throw error;
    return ambiguousResultOf(entry, ambiguousCreate);
  }
  const record = await recordOf(made, encryption);
  const entry = await endWith({ outcome: 'CREATED', created: record });
  return createdResultOf(entry, await createdJobOf(entry.created ?? record, encryption));
}

/** Whether an earlier attempt of the activity has passed this on. */
function isUnrecorded(passedOn: unknown): passedOn is UnrecordedAttempt {
  const { attempt, startedAt, end } = (passedOn ?? {}) as {
    readonly [Member in keyof UnrecordedAttempt]?: unknown;
  };
  if (typeof attempt !== 'number' || typeof startedAt !== 'string') return false;
  const { outcome, created } = (end ?? {}) as { readonly outcome?: unknown; readonly created?: unknown };
  if (outcome !== 'CREATED') return outcome === 'REFUSED' || outcome === 'AMBIGUOUS';
  return typeof (created as Partial<CreatedJob> | undefined)?.signatureJobId === 'string';
}

function createdResultOf(entry: LedgerEntry, created: CreatedJob): CreateSignatureJobResult {
  return { kind: 'CREATED', ...created, ambiguousAttempts: ambiguousAttemptsOf(entry) };
}

function ambiguousResultOf(entry: LedgerEntry, policy: AmbiguousCreatePolicy): CreateSignatureJobResult {
  return {
    kind: 'AMBIGUOUS',
    policy,
    lastAttempt: numberOfLastAttempt(entry),
    ambiguousAttempts: ambiguousAttemptsOf(entry),
  };
}
