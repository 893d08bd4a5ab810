/** What happens to a job or a batch, as webhooks report it. */
export const WEBHOOK_TYPES = [
  'job.created',
  'signer.signed',
  'signer.rejected',
  'job.needs_operator',
  'job.completed',
  'job.archived',
  'job.failed',
  'batch.completed',
] as const;
/** One of {@link WEBHOOK_TYPES}. */
export type WebhookType = (typeof WEBHOOK_TYPES)[number];

/** No event of a job follows one of these types, unless a failed job is sent again. */
const LAST_TYPES: readonly WebhookType[] = ['job.archived', 'job.failed', 'batch.completed'];

/** True if a job has no events after one of this type. */
export function isLastWebhookType(type: WebhookType): boolean {
  return LAST_TYPES.includes(type);
}

/** The form of a receiver's id: it is part of names at Temporal. */
export const WEBHOOK_RECEIVER_ID = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/u;
