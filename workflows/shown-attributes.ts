import { upsertSearchAttributes } from '@temporalio/workflow';
import {
  SERVICE_DELETES_SOON,
  SIGNING_ARCHIVED_UNTIL,
  SIGNING_DEADLINE,
  SIGNING_JOB_ID,
  SIGNING_NEEDS_OPERATOR,
  SIGNING_SERVICE_KEEPS_UNTIL,
  SIGNING_SIGNERS_WAITING,
  SIGNING_STATE,
  type SigningDescription,
  type SigningState,
} from '@signering/contract';

/** What search attributes show beside a description. */
export interface ShownDates {
  /** When the service deletes the first signature. Absent: everything is archived, or nothing is signed. */
  readonly keptUntil?: Date | undefined;
  /** When retention removes the documents, ISO 8601. */
  readonly archivedUntil?: string | undefined;
}

/** The search attributes of a signing as they stand. */
export class ShownAttributes {
  /** As text; the client set the state. */
  readonly #shown = new Map<string, string>([
    [SIGNING_STATE.name, 'CREATING'],
    [SIGNING_JOB_ID.name, 'null'],
    [SIGNING_DEADLINE.name, 'null'],
    [SIGNING_SIGNERS_WAITING.name, '0'],
    [SIGNING_NEEDS_OPERATOR.name, 'null'],
    [SIGNING_SERVICE_KEEPS_UNTIL.name, 'null'],
    [SIGNING_ARCHIVED_UNTIL.name, 'null'],
  ]);

  isShown(state: SigningState): boolean {
    return this.#shown.get(SIGNING_STATE.name) === state;
  }

  /** Updates those that have changed, in one event: an equal value would be an event, too. */
  show(description: SigningDescription, { keptUntil, archivedUntil }: ShownDates): void {
    const { state, signatureJobId, deadline, waitingFor, needsOperator, deletionAlarm } = description;
    const alarm = deletionAlarm === undefined ? null : SERVICE_DELETES_SOON;
    const changed = [
      { key: SIGNING_STATE, value: state },
      { key: SIGNING_JOB_ID, value: signatureJobId ?? null },
      { key: SIGNING_DEADLINE, value: dateOf(deadline) },
      { key: SIGNING_SIGNERS_WAITING, value: waitingFor.length },
      { key: SIGNING_NEEDS_OPERATOR, value: needsOperator === undefined ? alarm : state },
      { key: SIGNING_SERVICE_KEEPS_UNTIL, value: keptUntil ?? null },
      { key: SIGNING_ARCHIVED_UNTIL, value: dateOf(archivedUntil) },
    ].filter(({ key, value }) => String(value) !== this.#shown.get(key.name));
    if (changed.length === 0) return;
    upsertSearchAttributes(changed);
    for (const { key, value } of changed) this.#shown.set(key.name, String(value));
  }
}

function dateOf(text: string | undefined): Date | null {
  return text === undefined ? null : new Date(text);
}
