import { WEBHOOK_RECEIVER_ID } from '@signering/schema';
import type { WebhookDeliveryState } from './webhooks.js';

/** How long deliveries of an event are tried, in milliseconds. */
export const TRY_WEBHOOK_FOR_MS = 3 * 24 * 60 * 60_000;

/** The webhooks of one job that a receiver has not accepted. */
export interface WebhookBacklog {
  readonly receiver: string;
  /** Webhooks that wait, and since when the oldest one does, in milliseconds since 1970. */
  readonly waiting?: { readonly count: number; readonly since: number };
  /** Webhooks that were given up. */
  readonly failed: number;
}

/** Shows that nothing waits any more, where an earlier run of the same workflow may show something else. */
export const NO_WEBHOOK_BACKLOG = 'nothing waits';

/** Since when a webhook waits: the event, or the retry, in milliseconds since 1970. */
export function waitsSince({ tryUntil }: WebhookDeliveryState['pending'][number]): number {
  return Date.parse(tryUntil) - TRY_WEBHOOK_FOR_MS;
}

/** @param late receivers whose waiting webhooks count */
export function webhookBacklogOf(
  { pending, failed }: Pick<WebhookDeliveryState, 'pending' | 'failed'>,
  late: ReadonlySet<string>,
): readonly WebhookBacklog[] {
  const receivers = new Set([...late, ...failed.map(({ receiver }) => receiver)]);
  return [...receivers].map((receiver) => {
    const waiting = late.has(receiver) ? pending.filter((one) => one.receiver === receiver) : [];
    return {
      receiver,
      ...(waiting.length > 0 && {
        waiting: { count: waiting.length, since: Math.min(...waiting.map(waitsSince)) },
      }),
      failed: failed.filter((one) => one.receiver === receiver).length,
    };
  });
}

/** The values of the search attribute: the id of each receiver, which a search finds, and the numbers. */
export function backlogValues(backlogs: readonly WebhookBacklog[]): string[] {
  return backlogs.flatMap(({ receiver, waiting, failed }) => [
    receiver,
    ...(waiting === undefined
      ? []
      : [`${receiver}: ${waiting.count} waiting since ${new Date(waiting.since).toISOString()}`]),
    ...(failed === 0 ? [] : [`${receiver}: ${failed} failed`]),
  ]);
}

/** Reads {@link backlogValues}; leaves out what it does not know. */
export function parseBacklogValues(values: readonly unknown[]): readonly WebhookBacklog[] {
  const backlogs = new Map<string, WebhookBacklog>();
  for (const value of values) {
    const [, receiver = '', count = '', word, time = ''] =
      /^([^:]+): (\d{1,6}) (failed|waiting since (.+))$/u.exec(String(value)) ?? [];
    if (!WEBHOOK_RECEIVER_ID.test(receiver)) continue;
    const known = backlogs.get(receiver) ?? { receiver, failed: 0 };
    const since = Date.parse(time);
    if (word === 'failed') backlogs.set(receiver, { ...known, failed: Number(count) });
    else if (!Number.isNaN(since))
      backlogs.set(receiver, { ...known, waiting: { count: Number(count), since } });
  }
  return [...backlogs.values()];
}
