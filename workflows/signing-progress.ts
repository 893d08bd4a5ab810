import { condition, upsertSearchAttributes, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import type { CreatedJob } from '@signering/activities';
import {
  waitingForOf,
  explainJob,
  SERVICE_DELETES_SOON,
  SIGNING_ARCHIVED_UNTIL,
  SIGNING_DEADLINE,
  SIGNING_JOB_ID,
  SIGNING_NEEDS_OPERATOR,
  SIGNING_SERVICE_KEEPS_UNTIL,
  SIGNING_SIGNERS_WAITING,
  SIGNING_STATE,
  type AmbiguousAttempt,
  type ArchiveLocation,
  type JobEventFacts,
  type JobIdentity,
  type JobMetadata,
  type RecordedDecision,
  type SignerProgress,
  type SigningDescription,
  type SigningOutcome,
  type SigningResult,
  type SigningState,
  type SigningStep,
} from '@signering/contract';
import { isFinal, SIGNING_OUTCOMES } from '@signering/schema';
import type { JobChange } from './job-change.js';
import { JobEvents } from './job-events.js';
import { ReceivedChanges } from './received-changes.js';
import { ReusedTimer } from './reused-timer.js';
import { SignaturesAtService, type DeletionAlarms } from './signatures-at-service.js';
import { signersAfter } from './signers.js';
import { TwinJobs } from './twin-jobs.js';

/** The most decisions of people that a description and the receipt hold: the newest. */
const MOST_DECISIONS = 100;

/** Everything that was signed is in the archive. */
const ARCHIVED_STATES: readonly SigningState[] = ['CONFIRMING', ...SIGNING_OUTCOMES];

/** What is known of a signing when it starts, in either flow. */
export interface SigningFacts {
  readonly identity: JobIdentity;
  readonly metadata: JobMetadata | undefined;
  /** At the start, in the order of the request. */
  readonly signers: readonly SignerProgress[];
  /** When the time of the current group runs out; both times in milliseconds since 1970. */
  readonly deadlineOf: (createdAt: number, signers: readonly SignerProgress[]) => number;
}

/** The state of a signing, updated by status changes and shown to operators and callers. */
export class SigningProgress implements DeletionAlarms {
  /** Of the workflow, which may have waited for a worker. */
  readonly startedAt = workflowInfo().startTime;
  readonly events: JobEvents;
  /** Of the waits for signers. */
  readonly timer = new ReusedTimer();
  readonly #facts: SigningFacts;
  #state: SigningState = 'CREATING';
  #created: CreatedJob | undefined;
  #abandonedBy: { readonly error: unknown } | undefined;
  #deadline: number | undefined;
  #archivedUntil: string | undefined;
  #atService = new SignaturesAtService();
  #signers: readonly SignerProgress[];
  #steps: SigningStep[] = [];
  #needsOperator: string | undefined;
  #decisions: readonly RecordedDecision[] = [];
  /** Orders whose effect is not known. */
  readonly #orderedCancellations = new Set<RecordedDecision>();
  readonly #received = new ReceivedChanges();
  readonly twins = new TwinJobs(this.#received);
  /** The job whose changes count: the created one, unless a duplicate survives. */
  #followed: string | undefined;
  #taken = 0;
  /** The search attributes as they stand, as text; the client set the state. */
  readonly #shown = new Map<string, string>([
    [SIGNING_STATE.name, 'CREATING'],
    [SIGNING_JOB_ID.name, 'null'],
    [SIGNING_DEADLINE.name, 'null'],
    [SIGNING_SIGNERS_WAITING.name, '0'],
    [SIGNING_NEEDS_OPERATOR.name, 'null'],
    [SIGNING_SERVICE_KEEPS_UNTIL.name, 'null'],
    [SIGNING_ARCHIVED_UNTIL.name, 'null'],
  ]);

  constructor(facts: SigningFacts) {
    this.#facts = facts;
    this.events = new JobEvents(facts.identity);
    this.#signers = facts.signers;
    this.beginStep('CREATE');
  }

  get metadata(): JobMetadata | undefined {
    return this.#facts.metadata;
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

  get nextAlarm(): number | undefined {
    return this.#isArchived ? undefined : this.#atService.nextAlarm;
  }

  raiseAlarm(): void {
    if (this.#isArchived || !this.#atService.raise()) return;
    const alarm = this.#atService.alarm;
    if (alarm !== undefined) this.events.deletionAlarm(alarm, this.#whereItStands());
    this.#show();
  }

  /** The newest change of the followed job. */
  get latestChange(): JobChange | undefined {
    return this.#ownChanges().at(-1);
  }

  enter(state: SigningState, needsOperator?: string): void {
    if (needsOperator !== undefined && this.#needsOperator === undefined) {
      this.events.needsOperator(this.#whereItStands(state));
    }
    this.#needsOperator = needsOperator;
    this.#state = state;
    this.#show();
  }

  /**
   * Enters a state that as a rule passes within seconds: queries and the details show it, and search attributes only when
   * it lasts, because each update of them is an event.
   */
  enterBriefly(state: SigningState): void {
    this.#needsOperator = undefined;
    this.#state = state;
    this.#explain(this.describe());
  }

  /** Shows the state to operators; undefined when it is shown. */
  get showLasting(): (() => void) | undefined {
    const isShown = this.#shown.get(SIGNING_STATE.name) === this.#state;
    return isShown ? undefined : () => this.#show();
  }

  beginStep(step: SigningStep['step']): void {
    const now = new Date().toISOString();
    this.#endStep(now);
    this.#steps.push({ step, startedAt: now });
  }

  recordDecision(decision: RecordedDecision): void {
    // Updates are bounded by Temporal, and the receipt must stay readable.
    this.#decisions = [...this.#decisions, decision].slice(-MOST_DECISIONS);
  }

  /**
   * Records the order to cancel the job before the service has answered: if the answer is lost, the outcome CANCELLED
   * shows that the order took effect.
   */
  recordCancellation(decision: RecordedDecision): { tookEffect: () => void; hadNoEffect: () => void } {
    this.#orderedCancellations.add(decision);
    const settle = (): void => void this.#orderedCancellations.delete(decision);
    return {
      tookEffect: () => {
        settle();
        this.recordDecision(decision);
      },
      hadNoEffect: settle,
    };
  }

  recordAmbiguousAttempts(attempts: readonly AmbiguousAttempt[]): void {
    this.twins.recordAttempts(attempts);
  }

  recordCreated(created: CreatedJob): void {
    this.#created = created;
    this.twins.recordCreated(created);
    this.#followed = created.signatureJobId;
    this.#moveDeadline();
    this.events.created(created.signatureJobId);
  }

  /** Ends the creation with an error, which pending updates throw. */
  abandon(error: unknown): void {
    this.#abandonedBy = { error };
    this.events.failed(error);
  }

  /** The job was created, or the creation failed. */
  get isCreateOver(): boolean {
    return this.#created !== undefined || this.#abandonedBy !== undefined;
  }

  /** Waits for the creation. @throws the error that ended it */
  async whenCreated(): Promise<CreatedJob> {
    await condition(() => this.isCreateOver);
    if (this.#created === undefined) throw this.#abandonedBy?.error;
    return this.#created;
  }

  /** @param archivedUntil when retention removes the documents, ISO 8601 */
  recordArchived(archivedUntil: string | undefined): void {
    this.#archivedUntil = archivedUntil;
  }

  receive(change: JobChange): void {
    this.#received.keep(change);
  }

  /** How many different changes arrived, of any job. */
  get changesHeard(): number {
    return this.#received.count;
  }

  /** Makes a job the followed one, and takes all its changes. */
  follow(signatureJobId: string): void {
    if (signatureJobId !== this.#followed) {
      this.#followed = signatureJobId;
      this.#taken = 0;
      this.#signers = this.#facts.signers;
      this.#atService = new SignaturesAtService();
    }
    while (this.hasNews()) this.takeNews();
    // The next step after a final change shows it with its own state.
    if (this.finalChange === undefined) this.#show();
  }

  /** The newest final change of the followed job. */
  get finalChange(): JobChange | undefined {
    return this.#ownChanges().filter(isFinal).at(-1);
  }

  hasNews(): boolean {
    return this.#ownChanges().length > this.#taken;
  }

  /** Takes the next change of the followed job; `hasNews` must be true. */
  takeNews(): JobChange {
    const change = this.#ownChanges()[this.#taken];
    if (change === undefined) throw new Error('There is no status change to take.');
    this.#taken += 1;
    this.#signers = signersAfter(this.#signers, change);
    this.#atService.note(this.#signers);
    if (!isFinal(change)) this.#moveDeadline();
    this.events.signers(this.#signers, this.#followed);
    return change;
  }

  describe(): SigningDescription {
    const waiting = this.#state === 'WAITING_FOR_SIGNERS' || this.#state === 'OVERDUE';
    return {
      version: 1,
      ...this.#facts.identity,
      startedAt: this.startedAt.toISOString(),
      state: this.#state,
      ...(this.#followed !== undefined && { signatureJobId: this.#followed }),
      ...(this.#deadline !== undefined && { deadline: new Date(this.#deadline).toISOString() }),
      signers: this.#signers,
      waitingFor: waiting ? waitingForOf(this.#signers) : [],
      steps: this.#steps,
      ...this.twins.description,
      ...this.#decidedBefore(this.#state),
      ...(this.#needsOperator !== undefined && { needsOperator: this.#needsOperator }),
      ...this.#alarmed(),
      ...(this.metadata !== undefined && { metadata: this.metadata }),
    };
  }

  /** The facts of a receipt besides the documents. */
  receiptFacts(outcome: SigningOutcome) {
    return {
      startedAt: this.startedAt.toISOString(),
      signers: this.#signers,
      ...this.twins.description,
      ...this.#decidedBefore(outcome),
    };
  }

  /** Publishes that the job is archived and confirmed, and returns its result. */
  async end(
    { signatureJobId }: Pick<CreatedJob, 'signatureJobId'>,
    outcome: SigningOutcome,
    archive: ArchiveLocation,
  ): Promise<SigningResult> {
    const endedAt = new Date().toISOString();
    this.#endStep(endedAt);
    this.enter(outcome);
    this.events.archived({ signatureJobId, outcome });
    await this.events.end();
    return {
      version: 1,
      ...this.#facts.identity,
      startedAt: this.startedAt.toISOString(),
      endedAt,
      signatureJobId,
      outcome,
      signers: this.#signers,
      archive,
      steps: this.#steps,
      ...this.twins.description,
      ...(this.metadata !== undefined && { metadata: this.metadata }),
      ...this.#decidedBefore(outcome),
      ...(this.#archivedUntil !== undefined && { archivedUntil: this.#archivedUntil }),
    };
  }

  #decidedBefore(outcome: SigningState): Pick<SigningDescription, 'decisions'> {
    const cancellations = outcome === 'CANCELLED' ? [...this.#orderedCancellations] : [];
    const decisions = [...this.#decisions, ...cancellations];
    return decisions.length === 0 ? {} : { decisions };
  }

  #ownChanges(): readonly JobChange[] {
    return this.#received.ofJob(this.#followed);
  }

  get #isArchived(): boolean {
    return ARCHIVED_STATES.includes(this.#state);
  }

  #alarmed(): Pick<SigningDescription, 'deletionAlarm'> {
    const alarm = this.#isArchived ? undefined : this.#atService.alarm;
    return alarm === undefined ? {} : { deletionAlarm: alarm };
  }

  #whereItStands(state = this.#state): Pick<JobEventFacts, 'state' | 'signatureJobId'> {
    return { state, ...(this.#followed !== undefined && { signatureJobId: this.#followed }) };
  }

  #moveDeadline(): void {
    if (this.#created === undefined) return;
    const atService = Date.parse(this.#created.createdAt);
    // The ledger is a file: an invalid or future creation time must not fail the workflow task.
    const createdAt = atService <= Date.now() ? atService : Date.now();
    this.#deadline = this.#facts.deadlineOf(createdAt, this.#signers);
  }

  #endStep(endedAt: string): void {
    const last = this.#steps.at(-1);
    if (last !== undefined) this.#steps = [...this.#steps.slice(0, -1), { ...last, endedAt }];
  }

  /** Updates what Temporal Web shows of the job, which adds nothing to the history. */
  #explain(description: SigningDescription): void {
    setCurrentDetails(explainJob(description));
  }

  /** Updates also what Temporal finds: the search attributes that have changed, in one event. */
  #show(): void {
    const description = this.describe();
    this.#explain(description);
    const deadline = this.#deadline;
    const alarm = description.deletionAlarm === undefined ? null : SERVICE_DELETES_SOON;
    const changed = [
      { key: SIGNING_STATE, value: this.#state },
      { key: SIGNING_JOB_ID, value: this.#followed ?? null },
      { key: SIGNING_DEADLINE, value: deadline === undefined ? null : new Date(deadline) },
      { key: SIGNING_SIGNERS_WAITING, value: description.waitingFor.length },
      { key: SIGNING_NEEDS_OPERATOR, value: this.#needsOperator === undefined ? alarm : this.#state },
      {
        key: SIGNING_SERVICE_KEEPS_UNTIL,
        value: this.#isArchived ? null : (this.#atService.keptUntil ?? null),
      },
      {
        key: SIGNING_ARCHIVED_UNTIL,
        value: this.#archivedUntil === undefined ? null : new Date(this.#archivedUntil),
      },
    ].filter(({ key, value }) => String(value) !== this.#shown.get(key.name));
    if (changed.length === 0) return;
    upsertSearchAttributes(changed);
    for (const { key, value } of changed) this.#shown.set(key.name, String(value));
  }
}
