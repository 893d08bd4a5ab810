import type { DraftSigner } from './draft-content.js';

/** One message that the service sends to a signer who has not signed. */
export interface PlannedNotification {
  readonly channel: 'EMAIL' | 'SMS';
  /** Absent: when it is the signer's turn. */
  readonly daysBeforeDeadline?: number;
}

/**
 * What the service sends to a signer, and when. Spec: Posten signering, notifications: a first message on activation, and
 * reminders that depend on how long the signer has; the last one by SMS where there is a mobile number.
 */
export function planNotifications(
  { emailAddress, mobileNumber }: Pick<DraftSigner, 'emailAddress' | 'mobileNumber'>,
  availableDays: number,
): readonly PlannedNotification[] {
  const hasEmail = emailAddress.trim() !== '';
  const hasMobile = mobileNumber.trim() !== '';
  if (!hasEmail && !hasMobile) return [];
  const channel = hasEmail ? 'EMAIL' : 'SMS';
  const first: PlannedNotification = { channel };
  const both = hasEmail && hasMobile;
  if (availableDays <= 1) return both ? [first, { channel: 'SMS' }] : [first];
  const [emailDays, smsDays] = reminderDays(availableDays);
  const reminder: PlannedNotification = { channel, daysBeforeDeadline: emailDays };
  return both ? [first, reminder, { channel: 'SMS', daysBeforeDeadline: smsDays }] : [first, reminder];
}

/** Days before the deadline of the reminder by email and of the last one by SMS. */
function reminderDays(availableDays: number): readonly [number, number] {
  if (availableDays >= 10) return [5, 2];
  if (availableDays >= 6) return [3, 2];
  if (availableDays >= 4) return [2, 1];
  return [1, 1];
}

/** Identity and account numbers, and what is as long, with or without separators. */
const LONG_NUMBER = /(?<!\d)\d(?:[\s.-]?\d){10}/u;
const ADDRESS = /[^\s@]+@[^\s@]+\.[^\s@]/u;
const PHONE = /(?<!\d)(?:\+|00)?(?:47)?[\s.-]?\d(?:[\s.-]?\d){7}(?!\d)/u;
/** As `27.11.2026`, `27.11.26` and `2026-11-27`, with a time after it or without; not the start of a longer number. */
const DATE =
  /(?<![\d.])(?:[0-3]?\d\.\s?[01]?\d\.\s?(?:(?:19|20)\d{2}|\d{2})|(?:19|20)\d{2}-[01]\d-[0-3]\d)(?!\d)(?:[T\s,]{1,2}(?:kl\.?\s?|at\s)?[0-2]?\d[.:][0-5]\d(?!\d))?(?!\.\d|[\s-]?\d{3})/gu;

/**
 * Whether a text holds what looks like an identity number or another long number, an email address or a phone number. Names
 * are not recognised.
 */
export function looksPersonal(text: string): boolean {
  const withoutDates = text.replaceAll(DATE, '|');
  return [LONG_NUMBER, ADDRESS, PHONE].some((pattern) => pattern.test(withoutDates));
}
