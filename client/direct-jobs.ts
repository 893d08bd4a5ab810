import {
  WithStartWorkflowOperation,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import {
  freshRedirectUrlUpdate,
  redirectUrlsUpdate,
  signerReturnedSignal,
  signerReturnedUpdate,
  signingWorkflowId,
  WORKFLOW_TYPES,
  type ChosenSigner,
  type DirectJobContent,
  type DirectSigningInput,
  type RedirectUrlsAnswer,
  type SignerRedirect,
  type SignerReturnedAnswer,
} from '@signering/contract';
import { SigningError } from '@signering/schema';
import type { LedgerEntry } from '@signering/storage';
import { claimDirectJob } from './claim-job.js';
import { FlowMismatchError, JobEndedError, JobNotCreatedYetError, TemporalError } from './errors.js';
import type { BroughtToken, ExitVisits } from './exit-visits.js';
import type { KnownJobs } from './known-jobs.js';
import { readOutcome, readReturned } from './known-words.js';
import type { ReadJob } from './request/prepare-request.js';
import { demandSameJob } from './same-job.js';
import { signingFailureOf } from './signing-failure.js';
import { sentDocumentsOf, startOptionsOf, type StartedJob } from './start-signing.js';
import type { CallOptions } from './call-options.js';

/** A created direct job: redirect the signers' browsers. */
export interface StartedDirectJob extends StartedJob {
  readonly signatureJobId: string;
  /** In the order of the request; empty when no signer can sign any more. Each redirect URL is good for one visit. */
  readonly redirects: readonly SignerRedirect[];
}

/** The last argument of `SigningClient.signerReturned`. */
export interface SignerReturnedOptions extends CallOptions {
  /** `status_query_token` of the exit URL at which the browser arrived, decoded. */
  readonly statusQueryToken: string;
  /**
   * Whether the caller made sure that the visitor was sent to this job's exit URL: by the URL's proof, by a session, or
   * because an operator hands the token in. The token is then always tried.
   * @default false
   */
  readonly proved?: boolean | undefined;
}

/** The direct flow, from a prepared request to a returned signer. */
export class DirectJobs {
  readonly #jobs: KnownJobs;
  readonly #visits: ExitVisits;

  constructor(jobs: KnownJobs, visits: ExitVisits) {
    this.#jobs = jobs;
    this.#visits = visits;
  }

  /** As `SigningClient.startDirectJob`. */
  async start(prepared: ReadJob<DirectJobContent>): Promise<StartedDirectJob> {
    const { input, entry, existing } = await claimDirectJob(prepared, this.#jobs);
    const started =
      (entry.settled === undefined ? undefined : endedJobOf(entry)) ??
      (await this.#jobs.temporal.within(() => this.#startClaimed(input, existing)));
    const { organizationNumber, reference } = input;
    return {
      reference,
      workflowId: signingWorkflowId(organizationNumber, reference),
      ...started,
      documents: sentDocumentsOf(prepared.documents),
    };
  }

  async #startClaimed(
    input: DirectSigningInput,
    existing: boolean,
  ): Promise<Omit<StartedDirectJob, 'reference' | 'workflowId' | 'documents'>> {
    const { reference } = input;
    const asked = this.#answerOf<RedirectUrlsAnswer>(
      reference,
      this.#jobs.temporal.ask(
        (client) =>
          client.workflow.executeUpdateWithStart(redirectUrlsUpdate, {
            args: [{}],
            startWorkflowOperation: new WithStartWorkflowOperation(WORKFLOW_TYPES.directSigning, {
              ...startOptionsOf('DIRECT', { input, taskQueue: this.#jobs.taskQueue }),
              workflowIdConflictPolicy: 'USE_EXISTING',
            }),
          }),
        (cause) => new JobNotCreatedYetError(reference, cause),
      ),
    );
    try {
      const answer = await asked;
      await this.#sameJob(input);
      return { existing, ...answer };
    } catch (error) {
      if (error instanceof TemporalError) throw error;
      // When the reference runs with other content, the answer was about another job.
      await this.#sameJob(input);
      const entry = await this.#jobs.findEntry(reference);
      const ended =
        error instanceof SigningError && error.code === 'JOB_ENDED' ? endedJobOf(entry) : undefined;
      if (ended === undefined) throw error;
      return ended;
    }
  }

  /** As `SigningClient.createRedirectUrl`. */
  createRedirectUrl(reference: string, signer: ChosenSigner): Promise<SignerRedirect> {
    const { temporal } = this.#jobs;
    return temporal.within(async () => {
      const entry = await this.#demandDirect(reference);
      return this.#answerOf<SignerRedirect>(
        reference,
        temporal.ask(
          (client) =>
            this.#jobs.handleOf(client, reference).executeUpdate(freshRedirectUrlUpdate, { args: [signer] }),
          notCreatedYet(entry),
        ),
      );
    });
  }

  /** As `SigningClient.signerReturned`. */
  async signerReturned(
    reference: string,
    { statusQueryToken, proved = false }: SignerReturnedOptions,
  ): Promise<SignerReturnedAnswer> {
    const handIn = () => this.#handIn(reference, { statusQueryToken, proved });
    return this.#jobs.temporal.within(() =>
      proved ? handIn() : this.#visits.tryUnproved(reference, handIn),
    );
  }

  async #handIn(reference: string, token: BroughtToken): Promise<SignerReturnedAnswer> {
    await this.#demandDirect(reference);
    const { temporal } = this.#jobs;
    try {
      const answer = await this.#answerOf<SignerReturnedAnswer>(
        reference,
        temporal.ask((client) =>
          this.#jobs.handleOf(client, reference).executeUpdate(signerReturnedUpdate, { args: [token] }),
        ),
      );
      return readReturned(answer);
    } catch (error) {
      if (isUntried(error, token)) await this.#leave(reference, token);
      if (!(error instanceof JobEndedError)) throw error;
      const { signatureJobId, signers, outcome, outcomeText } = await this.#jobs.waitForResult(reference);
      return { signatureJobId, signers, outcome, ...(outcomeText !== undefined && { outcomeText }) };
    }
  }

  /** @throws REFERENCE_IN_USE, STORAGE_MISMATCH (retryable), KEY_MISMATCH */
  async #sameJob(input: DirectSigningInput): Promise<void> {
    await this.#jobs.temporal.call((client) => demandSameJob(client, input));
  }

  /** Sends the token to the workflow, because the browser does not return again. Ignores errors: the caller gets the first one. */
  async #leave(reference: string, token: BroughtToken): Promise<void> {
    if (!this.#visits.mayLeave(reference, token)) return;
    await this.#jobs.temporal
      .call((client) => this.#jobs.handleOf(client, reference).signal(signerReturnedSignal, token))
      .catch(() => this.#visits.forget(reference, token));
  }

  /** @throws JOB_NOT_FOUND, NOT_IN_THIS_FLOW */
  async #demandDirect(reference: string): Promise<LedgerEntry | undefined> {
    const entry = await this.#jobs.findEntry(reference);
    if (entry !== undefined && entry.flow !== 'DIRECT') throw new FlowMismatchError(reference, entry.flow);
    // Throws for a reference that is not claimed, or whose process never started.
    if (entry === undefined) await this.#jobs.statusOf(reference);
    return entry;
  }

  /** @throws JOB_ENDED when the workflow has closed, what it answered the update with */
  async #answerOf<T>(reference: string, asked: Promise<T>): Promise<T> {
    try {
      return await asked;
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) throw new JobEndedError(reference);
      if (!(error instanceof WorkflowNotFoundError)) throw signingFailureOf(error, reference);
      await this.#jobs.statusOf(reference);
      throw new JobEndedError(reference);
    }
  }
}

/** The repeated start of a job that no signer can sign any more. Undefined for a job that was not created. */
function endedJobOf(
  entry: LedgerEntry | undefined,
):
  | Pick<StartedDirectJob, 'existing' | 'signatureJobId' | 'redirects' | 'outcome' | 'outcomeText'>
  | undefined {
  if (entry?.created === undefined) return undefined;
  const { created, settled } = entry;
  return {
    existing: true,
    signatureJobId: settled?.signatureJobId ?? created.signatureJobId,
    redirects: [],
    ...(settled !== undefined && readOutcome(settled.outcome)),
  };
}

/** No worker accepted the token, or the job has reached its limit of tokens without a proof. */
function isUntried(error: unknown, { proved }: BroughtToken): boolean {
  if (!(error instanceof SigningError)) return false;
  if (error.code === 'TEMPORAL_UNAVAILABLE' || error.code === 'WORKER_UNAVAILABLE') return true;
  return error.code === 'TOO_MANY_EXIT_VISITS' && !proved;
}

/** Before the job is created a call waits for the service: then a missing answer does not mean a missing worker. */
function notCreatedYet(entry: LedgerEntry | undefined): ((cause: unknown) => Error) | undefined {
  if (entry === undefined || entry.created !== undefined) return undefined;
  return (cause) => new JobNotCreatedYetError(entry.reference, cause);
}
