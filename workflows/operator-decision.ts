import { ApplicationFailure, condition, setHandler } from '@temporalio/workflow';
import {
  decisionOf,
  whatIsWrongWithBy,
  whatIsWrongWithReason,
  acceptSignedDocumentsUpdate,
  fetchAgainUpdate,
  type AcceptSignedDocumentsInput,
  type DecidedBy,
  type RecordedDecision,
} from '@signering/contract';
import { maskElevenDigits, type ErrorCode } from '@signering/schema';
import type { archivePades } from './activities.js';
import { ReusedTimer } from './reused-timer.js';
import { conditionWithAlarms, type DeletionAlarms } from './signatures-at-service.js';

/** A document that could not be archived. */
export interface BrokenDocument {
  /** Its name in the archive. */
  readonly name: string;
  /** What happened, for an operator. */
  readonly reason: string;
  /** Digest of the received bytes; absent when none are kept. */
  readonly sha256?: string;
}

/** Bytes that an operator accepts although they are judged BROKEN. */
export type AcceptedBytes = NonNullable<Parameters<typeof archivePades>[0]['accepted']>;

const MEMBERS = ['by', 'reason', 'sha256'];

const UNTIL_ALARM = 'Until the service deletes the signatures soon';

/** What an operator decides about broken documents: fetch them again, or accept them as they came. */
export class OperatorDecision {
  /** The documents that wait for a decision. */
  #undecided: readonly BrokenDocument[] = [];
  #decided = false;
  readonly #accepted = new Map<string, AcceptedBytes>();
  readonly #record: (decision: RecordedDecision) => void;
  readonly #alarms: DeletionAlarms | undefined;
  readonly #timer = new ReusedTimer();

  /**
   * @param record receives each decision that takes effect
   * @param alarms that may come due while an operator has not decided
   */
  constructor(record: (decision: RecordedDecision) => void, alarms: DeletionAlarms | undefined) {
    this.#record = record;
    this.#alarms = alarms;
    setHandler(fetchAgainUpdate, (decidedBy) => this.#fetchAgain(decidedBy), {
      validator: (decidedBy: DecidedBy) => {
        this.#demandQuestion();
        demandDecidedBy(decidedBy);
      },
    });
    setHandler(acceptSignedDocumentsUpdate, (input) => this.#accept(input), {
      validator: (input: AcceptSignedDocumentsInput) => this.#validate(input),
    });
  }

  /** Waits until an operator has decided about these documents. */
  async about(broken: readonly BrokenDocument[]): Promise<void> {
    this.#undecided = broken;
    this.#decided = false;
    const isDecided = (): boolean => this.#decided;
    if (this.#alarms === undefined) await condition(isDecided);
    else
      await conditionWithAlarms(isDecided, {
        alarms: this.#alarms,
        timer: this.#timer,
        summary: UNTIL_ALARM,
      });
    this.#undecided = [];
  }

  /** The accepted bytes of a document. */
  acceptedFor(name: string): AcceptedBytes | undefined {
    return this.#accepted.get(name);
  }

  #fetchAgain(decidedBy: DecidedBy): void {
    this.#record(decisionOf('FETCH_AGAIN', decidedBy, new Date()));
    this.#decided = true;
  }

  #accept({ by, reason, sha256 }: AcceptSignedDocumentsInput): void {
    const acceptance = {
      by: maskElevenDigits(by.trim()),
      reason: maskElevenDigits(reason.trim()),
      at: new Date().toISOString(),
    };
    this.#record({ decision: 'ACCEPT', ...acceptance });
    for (const document of this.#undecided) {
      if (document.sha256 === undefined || (sha256 ?? document.sha256) !== document.sha256) continue;
      this.#accepted.set(document.name, { sha256: document.sha256, ...acceptance });
    }
    this.#decided = true;
  }

  #validate(given: unknown): void {
    this.#demandQuestion();
    // Operators type it on a command line.
    const input = given as Partial<AcceptSignedDocumentsInput> | null;
    if (typeof input !== 'object' || input === null)
      throw refusal('INVALID_REQUEST', 'The argument must be a JSON object.');
    const unknown = Object.keys(input).find((member) => !MEMBERS.includes(member));
    if (unknown !== undefined) {
      throw refusal('INVALID_REQUEST', `Unknown member ${unknown}: give ${MEMBERS.join(', ')}.`);
    }
    demandBy(input.by);
    demandReason(input.reason);
    const digests = this.#digestsAsked();
    if (digests.length === 0) {
      throw refusal('NOTHING_TO_DECIDE', 'No bytes are kept to accept: remove the cause, then fetch again.');
    }
    if (input.sha256 !== undefined && !digests.includes(input.sha256)) {
      throw refusal('INVALID_REQUEST', `No broken document has this sha256. Known: ${digests.join(', ')}.`);
    }
  }

  #demandQuestion(): void {
    if (this.#undecided.length > 0) return;
    throw refusal('NOTHING_TO_DECIDE', 'No broken document waits for a decision.');
  }

  #digestsAsked(): readonly string[] {
    return [...new Set(this.#undecided.flatMap(({ sha256 }) => (sha256 === undefined ? [] : [sha256])))];
  }
}

/** @throws INVALID_REQUEST. Operators type it on a command line, where it may be missing */
export function demandDecidedBy(given: DecidedBy | undefined): void {
  if (given?.by !== undefined) demandBy(given.by);
  if (given?.reason !== undefined) demandReason(given.reason);
}

/** @throws INVALID_REQUEST for what cannot name the person who decides */
function demandBy(value: unknown): void {
  demandText(whatIsWrongWithBy(value));
}

/** @throws INVALID_REQUEST for what cannot be a person's reason */
function demandReason(value: unknown): void {
  demandText(whatIsWrongWithReason(value));
}

function demandText(wrong: string | undefined): void {
  if (wrong !== undefined) throw refusal('INVALID_REQUEST', wrong);
}

function refusal(code: ErrorCode, message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, code);
}
