import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import type { WebhookPayload } from '@signering/contract';
import { freshFolder } from '../fixtures/index.js';

/** A webhook as it came. */
export interface ReceivedWebhook {
  readonly id: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly payload: WebhookPayload;
}

/** How a receiver answers: a status, or `hang` for no answer. */
type Answer = number | 'hang' | ((response: ServerResponse) => void);

/** A receiver of webhooks on loopback, which verifies each signature. */
export interface TestReceiver {
  readonly url: string;
  readonly secret: string;
  /** Each request whose signature is genuine, repeats included. */
  readonly received: readonly ReceivedWebhook[];
  /** Requests without a genuine signature, or with another time: they are refused. */
  readonly forged: readonly string[];
  /** Requests that are not answered yet. */
  pending(): number;
  /** Answers so from now on. @default 204 */
  answer(answer: Answer): void;
  /** Closes every connection, also those without an answer. */
  disconnect(): void;
  close(): Promise<void>;
}

/** A new secret. Spec: Standard Webhooks, symmetric secrets. */
export function newSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}

/** Starts a receiver; the test closes it. */
export async function startReceiver(secret = newSecret()): Promise<TestReceiver> {
  const received: ReceivedWebhook[] = [];
  const forged: string[] = [];
  let answer: Answer = 204;
  let pending = 0;
  const server = createServer((request, response) => {
    pending += 1;
    response.once('close', () => (pending -= 1));
    void text(request).then((body) => {
      const { headers } = request;
      try {
        const payload = new Webhook(secret).verify(body, headers as Record<string, string>) as WebhookPayload;
        received.push({ id: String(headers['webhook-id']), headers, body, payload });
      } catch (error) {
        forged.push(String(error));
        // Also a genuine one whose time is wrong, because the worker's clock has jumped: it is sent again.
        response.writeHead(400).end();
        return;
      }
      if (typeof answer === 'function') answer(response);
      else if (answer !== 'hang') response.writeHead(answer).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/webhooks`,
    secret,
    received,
    forged,
    pending: () => pending,
    answer: (next) => (answer = next),
    disconnect: () => server.closeAllConnections(),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A receiver in the worker's settings. */
interface ReceiverSettings {
  readonly id: string;
  readonly url: string;
  readonly secrets: readonly string[];
  readonly types?: readonly string[];
  readonly organizations?: readonly string[];
}

/** Worker settings with these receivers, on addresses that are not public. */
export function webhookSettings(receivers: readonly ReceiverSettings[]): Readonly<Record<string, string>> {
  const file = join(freshFolder('webhooks'), 'webhooks.json');
  writeFileSync(file, JSON.stringify({ receivers }), { mode: 0o600 });
  return { SIGNERING_WEBHOOKS: file, SIGNERING_WEBHOOKS_PRIVATE_ADDRESSES: 'yes' };
}
