import type { WebhookType } from '@signering/schema';

/** A receiver of webhooks, as the worker's settings name it. */
export interface WebhookReceiver {
  /** Its name in commands, logs and Temporal; see `WEBHOOK_RECEIVER_ID`. */
  readonly id: string;
  readonly url: string;
  /** Each signs every webhook, so that a receiver can change from one to another. Form: `whsec_` and base64. */
  readonly secrets: readonly string[];
  /** @default all */
  readonly types?: readonly WebhookType[] | undefined;
  /** Only jobs of these senders. @default all */
  readonly organizations?: readonly string[] | undefined;
}
