import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { HOST, listen } from '../listen.js';

/** An email that a worker sent to a person of a sender. It goes nowhere. */
export interface CaughtEmail {
  /** ISO 8601. */
  readonly realAt: string;
  /** Of the envelope. */
  readonly from: string;
  readonly to: readonly string[];
  readonly messageId: string;
  readonly subject: string;
  readonly text: string;
}

/** The most emails that are kept: the newest. They end with the sandbox. */
const MOST_KEPT = 200;
const LARGEST_BYTES = 1024 * 1024;

/** The emails of this run of the sandbox. */
export class CaughtEmails {
  #kept: readonly CaughtEmail[] = [];

  keep(email: CaughtEmail): void {
    this.#kept = [...this.#kept, email].slice(-MOST_KEPT);
  }

  /** The oldest first. */
  list(): readonly CaughtEmail[] {
    return this.#kept;
  }
}

/** A mail server on loopback that accepts everything. */
export interface EmailCatcher {
  readonly port: number;
  close(): Promise<void>;
}

/** @param remembered the port of the last start */
export async function startEmailCatcher(
  emails: CaughtEmails,
  remembered: number | undefined,
): Promise<EmailCatcher> {
  const smtp = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    size: LARGEST_BYTES,
    onData: (stream, { envelope }, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        if (stream.sizeExceeded) {
          done(new Error('The email is too large.'));
          return;
        }
        PostalMime.parse(Buffer.concat(chunks)).then(
          ({ messageId = '', subject = '', text = '' }) => {
            emails.keep({
              realAt: new Date().toISOString(),
              from: envelope.mailFrom === false ? '' : envelope.mailFrom.address,
              to: envelope.rcptTo.map(({ address }) => address),
              messageId,
              subject,
              text,
            });
            done();
          },
          () => done(new Error('The email cannot be read.')),
        );
      });
    },
  });
  // A sender that breaks off is no error of the sandbox.
  smtp.on('error', () => undefined);
  const port = await listen(smtp.server, { port: 0, remembered });
  return { port, close: () => new Promise((resolve) => smtp.close(() => resolve())) };
}

/** The address of a catcher for `SIGNERING_SMTP`. */
export function smtpUrlOf({ port }: EmailCatcher): string {
  return `smtp://${HOST}:${port}`;
}
