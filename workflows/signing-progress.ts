import { upsertSearchAttributes, setCurrentDetails } from '@temporalio/workflow';
import {
  SIGNING_DEADLINE,
  SIGNING_JOB_ID,
  SIGNING_STATE,
  type AmbiguousAttempt,
  type AmbiguousCreate,
  type ArchiveLocation,
  type PortalSigningInput,
  type SignerProgress,
  type SigningDescription,
  type SigningOutcome,
  type SigningResult,
  type SigningState,
  type SigningStep,
} from '../contract/index.js';
import { isFinal, type PortalStatusChange } from '../schema/index.js';
import { deadlineOf } from './deadlines.js';
import { ReceivedChanges } from './received-changes.js';
import { namesTheSameSigners, signersAfter, signersAtStart, waitingForOf } from './signers.js';

/** The job at the service, once it is there. */
export interface CreatedJob {
  readonly signatureJobId: string;
  readonly cancellationUrl?: string;
  /** ISO 8601. */
  readonly createdAt: string;
}

/** Where a signing stands: told to operators and callers, and fed by the status changes that come in. */
export class SigningProgress {
  readonly #input: PortalSigningInput;
  #state: SigningState = 'CREATING';
  #created: CreatedJob | undefined;
  #deadline: number | undefined;
  #signers: readonly SignerProgress[];
  #steps: SigningStep[] = [];
  #needsOperator: string | undefined;
  #ambiguousAttempts: readonly AmbiguousAttempt[] = [];
  readonly #received = new ReceivedChanges();
  #taken = 0;

  constructor(input: PortalSigningInput) {
    this.#input = input;
    this.#signers = signersAtStart(input.job.signers);
    this.beginStep('CREATE');
  }

  get created(): CreatedJob | undefined {
    return this.#created;
  }

  get deadline(): number | undefined {
    return this.#deadline;
  }

  get state(): SigningState {
    return this.#state;
  }

  /** The newest change of our own job. */
  get latestChange(): PortalStatusChange | undefined {
    return this.#ownChanges().at(-1);
  }

  enter(state: SigningState, needsOperator?: string): void {
    this.#needsOperator = needsOperator;
    if (state !== this.#state) {
      this.#state = state;
      upsertSearchAttributes([{ key: SIGNING_STATE, value: state }]);
    }
    this.#show();
  }

  beginStep(step: SigningStep['step']): void {
    const now = new Date().toISOString();
    this.#endStep(now);
    this.#steps.push({ step, startedAt: now });
  }

  recordAmbiguousAttempts(attempts: readonly AmbiguousAttempt[]): void {
    this.#ambiguousAttempts = attempts;
  }

  recordCreated(created: CreatedJob): void {
    this.#created = created;
    upsertSearchAttributes([{ key: SIGNING_JOB_ID, value: created.signatureJobId }]);
    this.#moveDeadline();
  }

  receive(change: PortalStatusChange): void {
    this.#received.keep(change);
  }

  /** The newest change that says how our own job ended. */
  get finalChange(): PortalStatusChange | undefined {
    return this.#ownChanges().filter(isFinal).at(-1);
  }

  hasNews(): boolean {
    return this.#ownChanges().length > this.#taken;
  }

  /** Takes the next change of our own job; ask `hasNews` before. */
  takeNews(): PortalStatusChange {
    const change = this.#ownChanges()[this.#taken];
    if (change === undefined) throw new Error('There is no status change to take.');
    this.#taken += 1;
    this.#signers = signersAfter(this.#signers, this.#input.job.signers, change);
    this.#moveDeadline();
    return change;
  }

  describe(): SigningDescription {
    const waiting = this.#state === 'WAITING_FOR_SIGNERS' || this.#state === 'OVERDUE';
    return {
      ...this.#identity(),
      state: this.#state,
      ...(this.#created !== undefined && { signatureJobId: this.#created.signatureJobId }),
      ...(this.#deadline !== undefined && { deadline: new Date(this.#deadline).toISOString() }),
      signers: this.#signers,
      waitingFor: waiting ? waitingForOf(this.#signers) : [],
      steps: this.#steps,
      ...this.#ambiguousCreate(),
      ...(this.#needsOperator !== undefined && { needsOperator: this.#needsOperator }),
    };
  }

  /** What the receipt says besides the documents. */
  receiptFacts() {
    return { signers: this.#signers, ...this.#ambiguousCreate() };
  }

  end(job: CreatedJob, outcome: SigningOutcome, archive: ArchiveLocation): SigningResult {
    this.#endStep(new Date().toISOString());
    this.enter(outcome);
    return {
      ...this.#identity(),
      signatureJobId: job.signatureJobId,
      outcome,
      signers: this.#signers,
      archive,
      steps: this.#steps,
      ...this.#ambiguousCreate(),
    };
  }

  #identity() {
    const { organizationNumber, reference } = this.#input;
    return { version: 1 as const, organizationNumber, reference };
  }

  #ownChanges(): readonly PortalStatusChange[] {
    return this.#received.ofJob(this.#created?.signatureJobId);
  }

  /** Attempts in doubt, and the other jobs under our reference, with our signers, that may have come of them. */
  #ambiguousCreate(): { readonly ambiguousCreate?: AmbiguousCreate } {
    if (this.#ambiguousAttempts.length === 0) return {};
    const duplicates = this.#received
      .ofOtherJobs(this.#created?.signatureJobId)
      .filter((change) => namesTheSameSigners(this.#input.job.signers, change))
      .map(({ signatureJobId }) => signatureJobId);
    const duplicateJobIds = [...new Set<string>(duplicates)];
    return { ambiguousCreate: { attempts: this.#ambiguousAttempts, duplicateJobIds } };
  }

  #moveDeadline(): void {
    if (this.#created === undefined) return;
    const deadline = deadlineOf(this.#input.job, Date.parse(this.#created.createdAt), this.#signers);
    if (deadline !== this.#deadline) {
      this.#deadline = deadline;
      upsertSearchAttributes([{ key: SIGNING_DEADLINE, value: new Date(deadline) }]);
    }
    this.#show();
  }

  #endStep(endedAt: string): void {
    const last = this.#steps.at(-1);
    if (last !== undefined) this.#steps = [...this.#steps.slice(0, -1), { ...last, endedAt }];
  }

  /** Keeps what Temporal Web shows of a running workflow up to date. */
  #show(): void {
    const { state, waitingFor, deadline } = this.describe();
    const waiting = waitingFor.length > 0 ? `, waiting for signer ${waitingFor.join(', ')}` : '';
    const until = waiting !== '' && deadline !== undefined ? ` until ${deadline}` : '';
    setCurrentDetails(this.#needsOperator ?? `${state}${waiting}${until}`);
  }
}
