// Receives webhooks: verifies each one, drops repeats, and notices an event that comes late.
//   WEBHOOK_SECRET=whsec_… node dist/docs/examples/webhook-receiver.js
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';

interface JobEvent {
  readonly type: string;
  readonly data: { readonly reference: string; readonly sequence: number; readonly outcome?: string };
}

const webhook = new Webhook(process.env['WEBHOOK_SECRET'] ?? '');
// A real system keeps both in its database, and writes them in one transaction with the effect of the event.
const taken = new Set<string>();
const newest = new Map<string, number>();

const server = createServer((request, response) => {
  void text(request).then((body) => {
    let event: JobEvent;
    try {
      // The body as it came: parsed and written again it would have another signature.
      event = webhook.verify(body, request.headers as Record<string, string>) as JobEvent;
    } catch {
      response.writeHead(400).end();
      return;
    }
    const id = String(request.headers['webhook-id']);
    if (!taken.has(id)) take(event);
    taken.add(id);
    // Any 2xx. Answer within 15 seconds: what takes longer happens afterwards.
    response.writeHead(204).end();
  });
});

function take({ type, data: { reference, sequence, outcome } }: JobEvent): void {
  // Only an event that was given up and sent again comes after a later one.
  const isLate = sequence < (newest.get(reference) ?? 0);
  newest.set(reference, Math.max(sequence, newest.get(reference) ?? 0));
  const words = [reference, `event ${sequence}`, type, outcome ?? '', isLate ? '(late)' : ''];
  console.log(words.filter((word) => word !== '').join(' '));
}

server.listen(Number(process.env['PORT'] ?? 3000), '127.0.0.1', () => {
  console.log(`Listens on port ${(server.address() as { readonly port: number }).port}.`);
});
process.once('SIGTERM', () => server.close());
