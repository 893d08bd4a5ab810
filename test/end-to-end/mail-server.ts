import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import PostalMime from 'postal-mime';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** An email that the server has received whole, with or without accepting it. */
export interface ReceivedEmail {
  readonly from: string;
  readonly to: readonly string[];
  readonly messageId: string;
  readonly subject: string;
  readonly text: string;
  readonly raw: string;
}

/**
 * What the server does with an email: accept it, refuse recipient or content with this code, accept it and keep back the
 * answer, or accept it and cut the connection.
 */
export type MailBehaviour =
  'accept' | 'keep-back' | 'cut' | { readonly recipient: number } | { readonly content: number };

/** A mail server on loopback. */
export interface MailServer {
  readonly url: string;
  readonly port: number;
  readonly received: readonly ReceivedEmail[];
  /** Connections since the start. */
  readonly connections: number;
  /** Recipients that the server has refused. */
  readonly refusals: number;
  behave(behaviour: MailBehaviour): void;
  /** Accepts the emails whose answer was kept back. */
  answer(): void;
  close(): Promise<void>;
}

/** Starts a mail server; the test closes it. */
export async function startMailServer(options: SMTPServerOptions = {}): Promise<MailServer> {
  const received: ReceivedEmail[] = [];
  let behaviour: MailBehaviour = 'accept';
  let connections = 0;
  let refusals = 0;
  const keptBack: (() => void)[] = [];
  const refusal = (code: number) => Object.assign(new Error('No'), { responseCode: code });
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    ...options,
    onConnect: (_session, done) => {
      connections += 1;
      done();
    },
    onRcptTo: (_address, _session, done) => {
      if (typeof behaviour === 'object' && 'recipient' in behaviour) {
        refusals += 1;
        done(refusal(behaviour.recipient));
      } else done();
    },
    onData: (stream, { envelope, id }, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        if (typeof behaviour === 'object') {
          done(refusal('content' in behaviour ? behaviour.content : 550));
          return;
        }
        const how = behaviour;
        const raw = Buffer.concat(chunks);
        void PostalMime.parse(raw).then(({ messageId = '', subject = '', text = '' }) => {
          const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
          const to = envelope.rcptTo.map(({ address }) => address);
          received.push({ from, to, messageId, subject, text, raw: raw.toString('latin1') });
          if (how === 'accept') done();
          if (how === 'keep-back') keptBack.push(done);
          if (how === 'cut') for (const one of server.connections) if (one.id === id) one.close();
        });
      });
    },
  });
  server.on('error', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    port,
    received,
    get connections() {
      return connections;
    },
    get refusals() {
      return refusals;
    },
    behave: (next) => {
      behaviour = next;
    },
    answer: () => {
      for (const done of keptBack.splice(0)) done();
    },
    close: async () => {
      for (const connection of server.connections) connection.close();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
