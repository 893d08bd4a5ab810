import { upsertSearchAttributes, setCurrentDetails } from '@temporalio/workflow';
import {
  SIGNING_DEADLINE,
  SIGNING_JOB_ID,
  SIGNING_STATE,
  type AmbiguousAttempt,
  type AmbiguousCreate,
  type ArchiveLocation,
  type Flow,
  type SignerProgress,
  type SigningDescription,
  type SigningOutcome,
  type SigningResult,
  type SigningState,
  type SigningStep,
} from '../contract/index.js';
import { isFinal } from '../schema/index.js';
import type { JobChange } from './job-change.js';
import { ReceivedChanges } from './received-changes.js';
import { signersAfter, waitingForOf } from './signers.js';

/** The job at the service, once it is there. */
export interface CreatedJob {
  readonly signatureJobId: string;
  readonly cancellationUrl?: string;
  /** ISO 8601. */
  readonly createdAt: string;
  /** Direct flow, unless the status comes in a queue. */
  readonly statusUrl?: string;
  /** Direct flow, in the order of the request. */
  readonly signers?: readonly {
    readonly signer: number;
    readonly signerUrl: string;
    readonly redirectUrl: string;
  }[];
}

/** What a signing is, whichever flow it belongs to. */
export interface SigningFacts {
  readonly flow: Flow;
  readonly organizationNumber: string;
  readonly reference: string;
  /** Before anybody has acted, in the order of the request. */
  readonly signers: readonly SignerProgress[];
  /** When those who are waited for run out of time, milliseconds since 1970, as is the time of creation. */
  readonly deadlineOf: (createdAt: number, signers: readonly SignerProgress[]) => number;
}

/** Where a signing stands: told to operators and callers, and fed by the status changes that come in. */
export class SigningProgress {
  readonly #facts: SigningFacts;
  #state: SigningState = 'CREATING';
  #created: CreatedJob | undefined;
  #deadline: number | undefined;
  #signers: readonly SignerProgress[];
  #steps: SigningStep[] = [];
  #needsOperator: string | undefined;
  #ambiguousAttempts: readonly AmbiguousAttempt[] = [];
  readonly #received = new ReceivedChanges();
  #taken = 0;

  constructor(facts: SigningFacts) {
    this.#facts = facts;
    this.#signers = facts.signers;
    this.beginStep('CREATE');
  }

  get created(): CreatedJob | undefined {
    return this.#created;
  }

  get signers(): readonly SignerProgress[] {
    return this.#signers;
  }

  get deadline(): number | undefined {
    return this.#deadline;
  }

  get state(): SigningState {
    return this.#state;
  }

  /** The newest change of our own job. */
  get latestChange(): JobChange | undefined {
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

  receive(change: JobChange): void {
    this.#received.keep(change);
  }

  /** The newest change that says how our own job ended. */
  get finalChange(): JobChange | undefined {
    return this.#ownChanges().filter(isFinal).at(-1);
  }

  hasNews(): boolean {
    return this.#ownChanges().length > this.#taken;
  }

  /** Takes the next change of our own job; ask `hasNews` before. */
  takeNews(): JobChange {
    const change = this.#ownChanges()[this.#taken];
    if (change === undefined) throw new Error('There is no status change to take.');
    this.#taken += 1;
    this.#signers = signersAfter(this.#signers, change);
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
    const { flow, organizationNumber, reference } = this.#facts;
    return { version: 1 as const, flow, organizationNumber, reference };
  }

  #ownChanges(): readonly JobChange[] {
    return this.#received.ofJob(this.#created?.signatureJobId);
  }

  /** Attempts in doubt, and the other jobs under our reference, with our signers, that may have come of them. */
  #ambiguousCreate(): { readonly ambiguousCreate?: AmbiguousCreate } {
    if (this.#ambiguousAttempts.length === 0) return {};
    const duplicates = this.#received
      .ofOtherJobs(this.#created?.signatureJobId)
      .filter(({ namesOurSigners }) => namesOurSigners)
      .map(({ signatureJobId }) => signatureJobId);
    const duplicateJobIds = [...new Set<string>(duplicates)];
    return { ambiguousCreate: { attempts: this.#ambiguousAttempts, duplicateJobIds } };
  }

  #moveDeadline(): void {
    if (this.#created === undefined) return;
    const deadline = this.#facts.deadlineOf(Date.parse(this.#created.createdAt), this.#signers);
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
