import { DAY_MS } from '@signering/schema';
import { osloHour } from '../time-format.js';
import type { NotificationChannel, PlannedNotification } from './notification.js';

const HOUR_MS = 60 * 60 * 1000;

/** Days from a reminder to the deadline, by the minimum time that signers have. */
const REMINDERS = [
  { fromMs: 10 * DAY_MS, EMAIL: 5, SMS: 2 },
  { fromMs: 6 * DAY_MS, EMAIL: 3, SMS: 2 },
  { fromMs: 4 * DAY_MS, EMAIL: 2, SMS: 1 },
  // No source covers more than 24 and up to 48 hours: treated as 2–3 days.
  { fromMs: DAY_MS + 1, EMAIL: 1, SMS: 1 },
] as const;

/** The channels and times of a signer's messages. */
export interface NotificationPlanOptions {
  readonly signer: number;
  readonly channels: readonly NotificationChannel[];
  readonly availableAt: Date;
  readonly deadline: Date;
}

/**
 * Plans the messages of one signer: with both channels an email, an email reminder and finally an SMS reminder; with
 * one channel a message and one reminder at the times of emails. Up to 24 hours are too short for reminders: then both
 * channels are used immediately. Spec: the domain's notification rules.
 */
export function planNotifications(options: NotificationPlanOptions): readonly PlannedNotification[] {
  const { channels, availableAt, deadline } = options;
  const first = channels[0];
  if (first === undefined) return [];
  const rule = REMINDERS.find(({ fromMs }) => deadline.getTime() - availableAt.getTime() >= fromMs);
  const invited = rule === undefined ? channels : [first];
  const invitations = invited.map((channel) => ({ kind: 'INVITATION' as const, channel, at: availableAt }));
  const reminders = channels.map((channel) => {
    const days = rule?.[channels.length === 1 ? 'EMAIL' : channel] ?? 0;
    return { kind: 'REMINDER' as const, channel, at: new Date(deadline.getTime() - days * DAY_MS) };
  });
  return [...invitations, ...(rule === undefined ? [] : reminders)]
    .map(({ kind, channel, at }) => ({
      signer: options.signer,
      kind,
      channel,
      dueAt: (channel === 'SMS' ? outsideTheNight(at, deadline) : at).toISOString(),
    }))
    .sort((one, other) => one.dueAt.localeCompare(other.dueAt));
}

/** No SMS between 22 and 8, unless the deadline is before the morning. */
function outsideTheNight(at: Date, deadline: Date): Date {
  let morning = at;
  while (osloHour(morning) >= 22 || osloHour(morning) < 8) morning = nextFullHour(morning);
  return morning < deadline ? morning : at;
}

function nextFullHour(time: Date): Date {
  return new Date((Math.floor(time.getTime() / HOUR_MS) + 1) * HOUR_MS);
}
