/** Reason of a message. OPEN_MAILBOX: the signed document waits a week for a mailbox to be opened. */
export type NotificationKind = 'INVITATION' | 'REMINDER' | 'WITHDRAWN' | 'OPEN_MAILBOX';
export type NotificationChannel = 'EMAIL' | 'SMS';

/** A planned message, which is dropped if the signer acts first. */
export interface PlannedNotification {
  /** Sandbox clock, ISO 8601. */
  readonly dueAt: string;
  readonly signer: number;
  readonly kind: NotificationKind;
  readonly channel: NotificationChannel;
}

/** A message that the service would have sent. */
export interface OutgoingNotification {
  /** Sandbox clock, ISO 8601. */
  readonly sentAt: string;
  readonly signer: number;
  readonly kind: NotificationKind;
  readonly channel: NotificationChannel;
  /** An email address or a mobile number. */
  readonly to: string;
  /** Emails only. */
  readonly subject?: string;
  readonly text: string;
}
