import { setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import type { CreatedJob } from '@signering/activities';
import {
  waitingForOf,
  explainJob,
  type ArchiveLocation,
  type JobIdentity,
  type JobMetadata,
  type SignerProgress,
  type SigningDescription,
  type SigningOutcome,
  type SigningResult,
  type SigningState,
} from '@signering/contract';
import { isFinal, SIGNING_OUTCOMES } from '@signering/schema';
import { Creation } from './creation.js';
import { JobDeadline, type DeadlineOf } from './deadlines.js';
import { FollowedChanges } from './followed-changes.js';
import type { JobChange } from './job-change.js';
import { JobEvents } from './job-events.js';
import type { JobNewsReports } from './job-news.js';
import { ReceivedChanges } from './received-changes.js';
import { RecordedDecisions } from './recorded-decisions.js';
import { ReusedTimer } from './reused-timer.js';
import { ShownAttributes } from './shown-attributes.js';
import { SignaturesAtService, type DeletionAlarms } from './signatures-at-service.js';
import { signersAfter } from './signers.js';
import { SigningSteps } from './signing-steps.js';
import { TwinJobs } from './twin-jobs.js';

/** Everything that was signed is in the archive. */
const ARCHIVED_STATES: readonly SigningState[] = ['CONFIRMING', ...SIGNING_OUTCOMES];

/** What is known of a signing when it starts, in either flow. */
export interface SigningFacts {
  readonly identity: JobIdentity;
  readonly metadata: JobMetadata | undefined;
  /** At the start, in the order of the request. */
  readonly signers: readonly SignerProgress[];
  readonly deadlineOf: DeadlineOf;
  /** Absent: the job has no emails. */
  readonly news?: JobNewsReports;
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
  /** Absent until the job is created. */
  #deadline: JobDeadline | undefined;
  #archivedUntil: string | undefined;
  #atService = new SignaturesAtService();
  #signers: readonly SignerProgress[];
  #needsOperator: string | undefined;
  readonly creation = new Creation();
  readonly steps = new SigningSteps();
  readonly decisions = new RecordedDecisions();
  readonly #received = new ReceivedChanges();
  readonly twins = new TwinJobs(this.#received);
  readonly followed = new FollowedChanges(this.#received);
  readonly #attributes = new ShownAttributes();

  constructor(facts: SigningFacts) {
    this.#facts = facts;
    this.events = new JobEvents(facts.identity);
    this.#signers = facts.signers;
    this.steps.begin('CREATE');
  }

  get metadata(): JobMetadata | undefined {
    return this.#facts.metadata;
  }

  get signers(): readonly SignerProgress[] {
    return this.#signers;
  }

  /** In milliseconds since 1970. */
  get deadline(): number | undefined {
    return this.#deadline?.at;
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
    setCurrentDetails(explainJob(this.describe()));
  }

  /** Shows the state to operators; undefined when it is shown. */
  get showLasting(): (() => void) | undefined {
    return this.#attributes.isShown(this.#state) ? undefined : () => this.#show();
  }

  recordCreated(created: CreatedJob): void {
    this.creation.record(created);
    this.twins.recordCreated(created);
    this.followed.follow(created.signatureJobId);
    this.#deadline = new JobDeadline(created.createdAt, this.#facts.deadlineOf, this.#signers);
    this.events.created(created.signatureJobId);
    this.#tell();
  }

  /** Ends the creation with an error. */
  abandon(error: unknown): void {
    this.creation.abandon(error);
    this.events.failed(error);
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
    if (this.followed.follow(signatureJobId)) {
      this.#signers = this.#facts.signers;
      this.#atService = new SignaturesAtService();
    }
    while (this.followed.hasNews()) this.takeNews();
    // The next step after a final change shows it with its own state.
    if (this.followed.final === undefined) this.#show();
  }

  /** Takes the next change of the followed job, which must have news. */
  takeNews(): JobChange {
    const change = this.followed.take();
    this.#signers = signersAfter(this.#signers, change);
    this.#atService.note(this.#signers);
    if (!isFinal(change)) this.#deadline?.move(this.#signers);
    this.events.signers(this.#signers, this.followed.signatureJobId);
    this.#tell();
    return change;
  }

  describe(): SigningDescription {
    const waiting = this.#state === 'WAITING_FOR_SIGNERS' || this.#state === 'OVERDUE';
    return {
      version: 1,
      ...this.#facts.identity,
      ...this.receiptFacts(this.#state),
      ...this.#whereItStands(),
      ...(this.deadline !== undefined && { deadline: new Date(this.deadline).toISOString() }),
      waitingFor: waiting ? waitingForOf(this.#signers) : [],
      steps: this.steps.all,
      ...(this.#needsOperator !== undefined && { needsOperator: this.#needsOperator }),
      ...this.#alarmed(),
      ...(this.metadata !== undefined && { metadata: this.metadata }),
    };
  }

  /** The facts of a receipt besides the documents. */
  receiptFacts(state: SigningState) {
    return {
      startedAt: this.startedAt.toISOString(),
      signers: this.#signers,
      ...this.twins.description,
      ...this.decisions.before(state),
    };
  }

  /** Publishes that the job is archived and confirmed, and returns its result. */
  async end(
    { signatureJobId }: Pick<CreatedJob, 'signatureJobId'>,
    outcome: SigningOutcome,
    archive: ArchiveLocation,
  ): Promise<SigningResult> {
    const endedAt = new Date().toISOString();
    this.steps.end(endedAt);
    this.enter(outcome);
    this.events.archived({ signatureJobId, outcome });
    this.#tell(outcome);
    await this.#facts.news?.end();
    await this.events.end();
    return {
      version: 1,
      ...this.#facts.identity,
      ...this.receiptFacts(outcome),
      endedAt,
      signatureJobId,
      outcome,
      archive,
      steps: this.steps.all,
      ...(this.metadata !== undefined && { metadata: this.metadata }),
      ...(this.#archivedUntil !== undefined && { archivedUntil: this.#archivedUntil }),
    };
  }

  #tell(outcome?: SigningOutcome): void {
    const { signers, deadline } = this;
    const { keptUntil } = this.#atService;
    const { final } = this.followed;
    this.#facts.news?.tell(this.#facts.identity, {
      signers,
      // No signer can sign after the final change, which may wait long for the archive.
      deadline: final === undefined ? deadline : undefined,
      keptUntil,
      isCompleted: final?.status === 'COMPLETED_SUCCESSFULLY',
      outcome,
    });
  }

  get #isArchived(): boolean {
    return ARCHIVED_STATES.includes(this.#state);
  }

  #alarmed(): Pick<SigningDescription, 'deletionAlarm'> {
    const alarm = this.#isArchived ? undefined : this.#atService.alarm;
    return alarm === undefined ? {} : { deletionAlarm: alarm };
  }

  #whereItStands(state = this.#state): { readonly state: SigningState; readonly signatureJobId?: string } {
    const { signatureJobId } = this.followed;
    return { state, ...(signatureJobId !== undefined && { signatureJobId }) };
  }

  /** Updates what Temporal Web shows of the job, and the search attributes that have changed. */
  #show(): void {
    const description = this.describe();
    setCurrentDetails(explainJob(description));
    this.#attributes.show(description, {
      keptUntil: this.#isArchived ? undefined : this.#atService.keptUntil,
      archivedUntil: this.#archivedUntil,
    });
  }
}
