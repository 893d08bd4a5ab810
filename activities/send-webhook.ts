import { Webhook } from 'standardwebhooks';
import { Agent, request } from 'undici';
import { SigningError } from '@signering/schema';
import { demandPublicHost, lookupPublic, WebhookAddressRefusedError } from './webhook-address.js';
import type { WebhookReceiver } from './webhook-receiver.js';

/** How long a receiver may take to answer, in milliseconds. Spec: Standard Webhooks, 15 to 30 s, for slow receivers. */
const ANSWER_WITHIN_MS = 15_000;

/** How much of an answer is read, so that the connection can be used again, in bytes. */
const MOST_ANSWER_BYTES = 16 * 1024;

/** One webhook for one receiver. */
export interface WebhookToSend {
  readonly receiver: WebhookReceiver;
  /** The header `webhook-id`. */
  readonly id: string;
  readonly body: string;
  readonly signal: AbortSignal;
}

/** Sends webhooks of one receiver. */
export interface WebhookSender {
  /**
   * Sends one request. Follows no redirect.
   * @throws WEBHOOK_NOT_DELIVERED (retryable) unless the answer is 2xx, WEBHOOK_ADDRESS_REFUSED (retryable)
   */
  send(webhook: WebhookToSend): Promise<void>;
  close(): Promise<void>;
}

/** @param allowPrivate also sends to addresses that are not public */
export function createWebhookSender(allowPrivate: boolean): WebhookSender {
  const agent = new Agent({
    connect: { timeout: ANSWER_WITHIN_MS, ...(!allowPrivate && { lookup: lookupPublic }) },
    headersTimeout: ANSWER_WITHIN_MS,
    bodyTimeout: ANSWER_WITHIN_MS,
    maxHeaderSize: MOST_ANSWER_BYTES,
  });
  return {
    send: async ({ receiver, id, body, signal }) => {
      const url = new URL(receiver.url);
      if (!allowPrivate) demandPublicHost(url);
      const status = await statusOf(receiver.id, url, {
        dispatcher: agent,
        method: 'POST',
        headers: { 'content-type': 'application/json', ...signedHeaders(receiver.secrets, id, body) },
        body,
        signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
      });
      if (status < 200 || status > 299) throw notDelivered(receiver.id, whatWasAnswered(status));
    },
    close: () => agent.close(),
  };

  async function statusOf(
    receiver: string,
    url: URL,
    options: Parameters<typeof request>[1],
  ): Promise<number> {
    try {
      const { statusCode, body } = await request(url, options);
      await body.dump({ limit: MOST_ANSWER_BYTES }).catch(() => undefined);
      return statusCode;
    } catch (error) {
      for (let cause = error; cause instanceof Error; cause = cause.cause) {
        if (cause instanceof WebhookAddressRefusedError) throw cause;
      }
      throw notDelivered(receiver, 'gave no answer', error);
    }
  }
}

/** Spec: Standard Webhooks, signature scheme: one signature for each secret, separated by blanks. */
function signedHeaders(
  secrets: readonly string[],
  id: string,
  body: string,
): Readonly<Record<string, string>> {
  const now = new Date();
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, now, body)).join(' '),
  };
}

function whatWasAnswered(status: number): string {
  return status >= 300 && status < 400
    ? `answered ${status}, and redirects are not followed`
    : `answered ${status}`;
}

function notDelivered(receiver: string, what: string, cause?: unknown): SigningError {
  const why = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
  return new SigningError('WEBHOOK_NOT_DELIVERED', `Sent a webhook to ${receiver}, which ${what}${why}.`, {
    cause,
  });
}
