import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import {
  explainDeletionAlarm,
  SERVICE_DELETES_SOON,
  SIGNING_NEEDS_OPERATOR,
  SIGNING_SERVICE_KEEPS_UNTIL,
  type DuplicateSigningInput,
  type SigningState,
} from '@signering/contract';
import type { PortalStatusChange } from '@signering/schema';
import type { JobEvents } from './job-events.js';
import { portalJobChange, portalSignersNamed } from './portal-signers.js';
import { SignaturesAtService, type DeletionAlarms } from './signatures-at-service.js';
import { signersAfter } from './signers.js';

type SecondJob = Pick<DuplicateSigningInput, 'signatureJobId' | 'reference'>;

/** What a second job waits for, as Temporal Web shows it, and its alarms about signatures that the service deletes. */
export class DuplicateAlarms implements DeletionAlarms {
  readonly #job: SecondJob;
  readonly #events: JobEvents;
  readonly #atService = new SignaturesAtService();
  #state: SigningState = 'WAITING_FOR_SIGNERS';
  #details = '';
  #isArchived = false;

  constructor(job: SecondJob, events: JobEvents) {
    this.#job = job;
    this.#events = events;
  }

  get nextAlarm(): number | undefined {
    return this.#isArchived ? undefined : this.#atService.nextAlarm;
  }

  /** Counts the signatures of a change. */
  note(change: PortalStatusChange): void {
    const before = this.#atService.keptUntil;
    this.#atService.note(signersAfter(portalSignersNamed(change), portalJobChange([], change)));
    const { keptUntil } = this.#atService;
    if (keptUntil === undefined || keptUntil.getTime() === before?.getTime()) return;
    upsertSearchAttributes([{ key: SIGNING_SERVICE_KEEPS_UNTIL, value: keptUntil }]);
  }

  show(state: SigningState, details: string): void {
    this.#state = state;
    this.#details = details;
    this.#showDetails();
  }

  raiseAlarm(): void {
    if (this.#isArchived || !this.#atService.raise()) return;
    const { alarm } = this.#atService;
    if (alarm === undefined) return;
    const { signatureJobId } = this.#job;
    const facts = { state: this.#state, signatureJobId, duplicate: true } as const;
    this.#events.deletionAlarm(alarm, facts);
    upsertSearchAttributes([{ key: SIGNING_NEEDS_OPERATOR, value: SERVICE_DELETES_SOON }]);
    this.#showDetails();
  }

  /** Everything that was signed is in the archive, or nothing of it is kept. */
  archived(): void {
    this.#isArchived = true;
    if (this.#atService.keptUntil === undefined) return;
    upsertSearchAttributes([
      { key: SIGNING_SERVICE_KEEPS_UNTIL, value: null },
      ...(this.#atService.alarm === undefined ? [] : [{ key: SIGNING_NEEDS_OPERATOR, value: null }]),
    ]);
    this.#showDetails();
  }

  #showDetails(): void {
    const alarm = this.#isArchived ? undefined : this.#atService.alarm;
    const soon = alarm === undefined ? '' : `. ${explainDeletionAlarm(alarm)}`;
    setCurrentDetails(`duplicate of ${this.#job.reference}: ${this.#details}${soon}`);
  }
}
