import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  condition,
  isCancellation,
  log,
  setCurrentDetails,
  TimeoutFailure,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import {
  backlogValues,
  failedCountOf,
  NO_WEBHOOK_BACKLOG,
  SIGNING_UNDELIVERED,
  SIGNING_WEBHOOKS,
  TRY_WEBHOOK_FOR_MS,
  waitsSince,
  webhookBacklogOf,
  type FailedWebhook,
  type PendingWebhook,
  type PublishedEvent,
  type WebhookDeliveryInput,
  type WebhookDeliveryState,
  type WebhookToDeliver,
} from '@signering/contract';
import { isLastWebhookType, type ErrorCode } from '@signering/schema';
import { deliverWebhook } from './activities.js';

/** The least time for the attempts of an event that waited behind others, in milliseconds. */
const LEAST_MS = 10 * 60_000;

/** A webhook is late, and shown, from this time on, in milliseconds: longer than one attempt takes. */
const LATE_AFTER_MS = 20_000;

/** The most deliveries that are kept, pending or failed, and the most ids: the newest. Bounds history and payloads. */
const MOST_KEPT = 1000;

/**
 * The webhooks of one job: each receiver gets the events in order, and waits for no other receiver. A delivery that is
 * given up is kept for `signering webhooks retry`.
 */
export class WebhookDeliveries {
  readonly #job: Pick<WebhookDeliveryInput, 'organizationNumber' | 'reference'>;
  #sequence: number;
  #ids: readonly string[];
  #pending: readonly PendingWebhook[];
  #failed: readonly FailedWebhook[];
  #dropped: number;
  /** Undefined until the first signal, unless deliveries are pending before it. */
  #ended: boolean | undefined;
  readonly #endedBefore: boolean | undefined;
  #shownFailed: number;
  /** Values of the search attribute. */
  #shownBacklog: readonly string[];
  readonly #emptyBacklog: readonly string[];
  /** Receivers with an attempt under way. */
  readonly #busy = new Set<string>();
  readonly #attempts = new CancellationScope();
  #stopping = false;

  constructor({ organizationNumber, reference, before, ended }: WebhookDeliveryInput) {
    this.#job = { organizationNumber, reference };
    this.#sequence = before?.sequence ?? 0;
    this.#ids = before?.ids ?? [];
    this.#pending = before?.pending ?? [];
    this.#failed = before?.failed ?? [];
    this.#dropped = before?.dropped ?? 0;
    this.#endedBefore = ended;
    // The signal that starts a run must be heard before the run can end.
    this.#ended = this.#pending.length > 0 ? ended : undefined;
    this.#shownFailed = failedCountOf(before);
    this.#shownBacklog = workflowInfo().typedSearchAttributes.get(SIGNING_WEBHOOKS) ?? [];
    this.#emptyBacklog = this.#shownBacklog.length === 0 ? [] : [NO_WEBHOOK_BACKLOG];
    this.#deliver();
  }

  /** The job has had its last event, and each delivery was made or given up. */
  get isDone(): boolean {
    return this.ended && this.#pending.length === 0 && this.#busy.size === 0;
  }

  get ended(): boolean {
    return this.#ended === true;
  }

  get failed(): readonly FailedWebhook[] {
    return this.#failed;
  }

  get state(): WebhookDeliveryState {
    return {
      sequence: this.#sequence,
      ids: this.#ids,
      pending: this.#pending,
      failed: this.#failed,
      dropped: this.#dropped,
    };
  }

  /** Numbers new events and queues them for their receivers; drops repeats. */
  take(events: readonly PublishedEvent[]): void {
    this.#ended ??= this.#endedBefore;
    for (const { id, type, at, facts, receivers } of events) {
      if (this.#ids.includes(id)) continue;
      this.#ids = [...this.#ids, id].slice(-MOST_KEPT);
      this.#sequence += 1;
      if (facts.duplicate !== true) this.#ended = isLastWebhookType(type);
      // The job of a run that begins with an event about a duplicate has ended, or publishes its own next event.
      this.#ended ??= true;
      const data = { ...this.#job, sequence: this.#sequence, ...facts };
      const payload = { type, timestamp: at, data };
      this.#queue(receivers.map((receiver) => ({ receiver, id, payload })));
    }
    this.#deliver();
  }

  /** Tries failed deliveries again, for as long as new ones. */
  retry(receiver?: string): void {
    const again = this.#failed.filter((one) => receiver === undefined || one.receiver === receiver);
    this.#failed = this.#failed.filter((one) => !again.includes(one));
    this.#dropped = 0;
    // A run that begins with this signal belongs to a job that has ended.
    this.#ended ??= this.#endedBefore ?? true;
    this.#queue(again);
    this.#deliver();
  }

  /** Ends the attempts; what was not delivered stays pending. */
  stop(): void {
    this.#stopping = true;
    this.#attempts.cancel();
  }

  #queue(deliveries: readonly WebhookToDeliver[]): void {
    const tryUntil = new Date(Date.now() + TRY_WEBHOOK_FOR_MS).toISOString();
    const added = deliveries.map(({ receiver, id, payload }) => ({ receiver, id, payload, tryUntil }));
    this.#pending = [...this.#pending, ...added];
    this.#dropSurplus();
    this.#show();
  }

  #dropSurplus(): void {
    const surplus = this.#pending.length + this.#failed.length - MOST_KEPT;
    if (surplus <= 0) return;
    const oldFailed = Math.min(surplus, this.#failed.length);
    this.#failed = this.#failed.slice(oldFailed);
    const inTheWay = this.#pending.filter((one) => this.#nextOf(one.receiver) !== one);
    const dropped = new Set(inTheWay.slice(0, surplus - oldFailed));
    this.#pending = this.#pending.filter((one) => !dropped.has(one));
    this.#dropped += surplus;
  }

  #deliver(): void {
    for (const receiver of new Set(this.#pending.map((one) => one.receiver))) {
      if (this.#busy.has(receiver) || this.#stopping) continue;
      this.#busy.add(receiver);
      void this.#deliverTo(receiver);
    }
  }

  async #deliverTo(receiver: string): Promise<void> {
    for (let next = this.#nextOf(receiver); next !== undefined; next = this.#nextOf(receiver)) {
      if (this.#stopping) break;
      const delivery = next;
      try {
        await this.#attempts.run(() => this.#attempt(delivery));
      } catch (error) {
        if (isCancellation(error)) break;
        this.#giveUp(delivery, error);
      }
      this.#pending = this.#pending.filter((one) => one !== delivery);
      this.#show();
    }
    this.#busy.delete(receiver);
  }

  /** Most webhooks are accepted before they are late, and cost no search attribute. */
  async #attempt(delivery: PendingWebhook): Promise<void> {
    let isOver = false;
    const over = deliverWebhook(delivery, timeLeft(delivery)).finally(() => (isOver = true));
    const inTime = condition(() => isOver, Math.max(1, LATE_AFTER_MS - waitTimeOf(delivery)));
    await Promise.all([over, inTime.then((isInTime) => !isInTime && this.#show())]);
  }

  #nextOf(receiver: string): PendingWebhook | undefined {
    return this.#pending.find((one) => one.receiver === receiver);
  }

  #giveUp({ receiver, id, payload }: PendingWebhook, error: unknown): void {
    const reason = reasonOf(error);
    const { type, data } = payload;
    log.warn('A webhook was given up: signering webhooks failed lists it.', {
      receiver,
      type,
      sequence: data.sequence,
      code: reason.code,
    });
    this.#failed = [
      ...this.#failed,
      { receiver, id, payload, ...reason, failedAt: new Date().toISOString() },
    ];
  }

  /** Updates what Temporal Web shows and finds. */
  #show(): void {
    const failed = failedCountOf(this.state);
    setCurrentDetails(
      `Webhooks: ${this.#sequence} events, ${this.#pending.length} deliveries under way, ${failed} given up.`,
    );
    const backlog = this.#backlogValues();
    if (failed === this.#shownFailed && String(backlog) === String(this.#shownBacklog)) return;
    this.#shownFailed = failed;
    this.#shownBacklog = backlog;
    upsertSearchAttributes([
      { key: SIGNING_UNDELIVERED, value: failed },
      { key: SIGNING_WEBHOOKS, value: backlog.length === 0 ? null : [...backlog] },
    ]);
  }

  #backlogValues(): readonly string[] {
    const next = new Map(this.#pending.toReversed().map((one) => [one.receiver, one]));
    const late = [...next.values()].filter((one) => waitTimeOf(one) >= LATE_AFTER_MS);
    const values = backlogValues(webhookBacklogOf(this.state, new Set(late.map(({ receiver }) => receiver))));
    return values.length === 0 ? this.#emptyBacklog : values;
  }
}

function waitTimeOf(delivery: PendingWebhook): number {
  return Date.now() - waitsSince(delivery);
}

function timeLeft({ tryUntil }: PendingWebhook): number {
  return Math.max(Date.parse(tryUntil) - Date.now(), LEAST_MS);
}

function reasonOf(error: unknown): Pick<FailedWebhook, 'code' | 'message'> {
  let cause = error instanceof ActivityFailure ? error.cause : error;
  const timeout = cause instanceof TimeoutFailure ? cause.timeoutType : undefined;
  while (cause instanceof Error && !(cause instanceof ApplicationFailure)) cause = cause.cause;
  const code: ErrorCode = 'WEBHOOK_NOT_DELIVERED';
  if (cause instanceof ApplicationFailure) return { code: cause.type ?? code, message: cause.message };
  const how = timeout === undefined ? '' : ` (timeout ${timeout})`;
  return { code, message: `No attempt ended in time${how}; Temporal names no cause.` };
}
