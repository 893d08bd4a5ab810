import {
  ApplicationFailure,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  type WorkflowHandle,
} from '@temporalio/client';
import {
  acceptSignedDocumentsUpdate,
  answerAmbiguousCreateUpdate,
  duplicateSigningWorkflowId,
  fetchAgainUpdate,
  type AcceptSignedDocumentsInput,
  type AmbiguousCreateAnswer,
  type DecidedBy,
  type SigningState,
} from '@signering/contract';
import { SigningError } from '@signering/schema';
import type { KnownJobs } from './known-jobs.js';
import { signingFailureOf } from './signing-failure.js';
import type { CallOptions } from './call-options.js';

type Decision = (job: WorkflowHandle) => Promise<void>;

/** Who decides, and why: recorded in the receipt and, encrypted, in the history of the workflow. */
export interface DecidedByOptions extends CallOptions {
  /** The person's name or user name: 1–100 characters. */
  readonly by?: string | undefined;
  /** 1–500 characters, without personal data. */
  readonly reason?: string | undefined;
}

/** Who decides about broken documents, and about which job of the reference. */
export interface DecisionOptions extends DecidedByOptions {
  /** The id of a second job under the reference, whose documents are broken. @default the reference's own job */
  readonly duplicate?: string | undefined;
}

/** The last argument of `SigningClient.acceptSignedDocuments`: who accepts the documents, and why. */
export interface AcceptanceOptions
  extends Omit<AcceptSignedDocumentsInput, 'sha256'>, Omit<DecisionOptions, 'by' | 'reason'> {
  /** Accepts only the document with this digest, lower-case hexadecimal. @default all that `needsOperator` names */
  readonly sha256?: string | undefined;
}

/** What an operator decides about jobs that wait for a person: see `needsOperator` of a job's description. */
export class OperatorDecisions {
  readonly #jobs: KnownJobs;

  constructor(jobs: KnownJobs) {
    this.#jobs = jobs;
  }

  /** As `SigningClient.retryArchiving`. */
  retryArchiving(reference: string, { duplicate, ...options }: DecisionOptions): Promise<void> {
    const send = (job: WorkflowHandle) => job.executeUpdate(fetchAgainUpdate, { args: [decidedBy(options)] });
    return duplicate === undefined
      ? this.#decide(reference, 'ARCHIVE_BROKEN', send)
      : this.#decideDuplicate(reference, duplicate, send);
  }

  /** As `SigningClient.acceptSignedDocuments`. */
  accept(reference: string, { duplicate, by, reason, sha256 }: AcceptanceOptions): Promise<void> {
    const acceptance = { by, reason, ...(sha256 !== undefined && { sha256 }) };
    const send = (job: WorkflowHandle) =>
      job.executeUpdate(acceptSignedDocumentsUpdate, { args: [acceptance] });
    return duplicate === undefined
      ? this.#decide(reference, 'ARCHIVE_BROKEN', send)
      : this.#decideDuplicate(reference, duplicate, send);
  }

  /** As `SigningClient.answerAmbiguousCreate`. */
  answerAmbiguousCreate(
    reference: string,
    answer: AmbiguousCreateAnswer['answer'],
    options: DecidedByOptions,
  ): Promise<void> {
    return this.#decide(reference, 'CREATE_AMBIGUOUS', (job) =>
      job.executeUpdate(answerAmbiguousCreateUpdate, { args: [{ answer, ...decidedBy(options) }] }),
    );
  }

  async #decide(reference: string, wanted: SigningState, send: Decision): Promise<void> {
    const { temporal } = this.#jobs;
    // Temporal may remember an erased job for a while.
    await this.#jobs.findEntry(reference);
    try {
      await temporal.within(async () => {
        if ((await this.#jobs.statusOf(reference)) === 'ENDED') throw notAsked(reference, 'has ended');
        const { state } = await this.#jobs.askWorker(reference);
        // The workflow takes a decision in this state only.
        if (state !== wanted) throw notAsked(reference, `is in state ${state}, not in ${wanted}`);
        await temporal.ask((client) => send(this.#jobs.handleOf(client, reference)));
      });
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) throw notAsked(reference, 'has ended');
      if (isUntaken(error)) throw notAsked(reference, 'has just continued', error);
      throw signingFailureOf(error, reference);
    }
  }

  async #decideDuplicate(reference: string, duplicate: string, send: Decision): Promise<void> {
    const { organizationNumber, temporal } = this.#jobs;
    const workflowId = duplicateSigningWorkflowId(organizationNumber, duplicate);
    try {
      await temporal.ask((client) => send(client.workflow.getHandle(workflowId)));
    } catch (error) {
      if (error instanceof WorkflowNotFoundError || isUntaken(error)) {
        throw notAsked(reference, `has no second job ${duplicate} that waits`, error);
      }
      throw signingFailureOf(error, reference);
    }
  }
}

function decidedBy({ by, reason }: DecidedByOptions): DecidedBy {
  return { ...(by !== undefined && { by }), ...(reason !== undefined && { reason }) };
}

/** The update had no handler, which the SDK reports as an `Error`, or its workflow ended before the handler did. */
function isUntaken(error: unknown): error is WorkflowUpdateFailedError {
  if (!(error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure))
    return false;
  return ['Error', 'AcceptedUpdateCompletedWorkflow'].includes(error.cause.type ?? '');
}

/** NOTHING_TO_DECIDE. */
export function notAsked(reference: string, why: string, cause?: unknown): SigningError {
  return new SigningError(
    'NOTHING_TO_DECIDE',
    `The job of reference "${reference}" ${why}: it does not wait for this decision. Get its state.`,
    { reference, cause },
  );
}
