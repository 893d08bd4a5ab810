import { Readable } from 'node:stream';
import { domainToASCII } from 'node:url';
import MailComposer from 'nodemailer/lib/mail-composer';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { errorCodeOf, SigningError } from '@signering/schema';

/** A mail server, and as whom the worker sends through it. */
export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /** `TLS`: from the first byte. `STARTTLS`: required. `NONE`: only for a server on this machine. */
  readonly encryption: 'TLS' | 'STARTTLS' | 'NONE';
  readonly user?: string | undefined;
  readonly password?: string | undefined;
}

/** An email in plain text to one person. */
export interface EmailToSend {
  readonly from: string;
  /** A validated address. */
  readonly to: string;
  readonly subject: string;
  readonly body: string;
  /** With angle brackets; the same for a repeat of the email. */
  readonly messageId: string;
}

/** The second argument of {@link sendBySmtp}. */
export interface SendBySmtpOptions {
  /** Called once, when the server has accepted sender and recipient: before the first byte of the email. */
  readonly onBegin: () => Promise<void>;
  readonly signal?: AbortSignal | undefined;
}

const CONNECT_WITHIN_MS = 15_000;
/** The longest silence of the server. */
const ANSWER_WITHIN_MS = 20_000;

/**
 * The email was not sent. EMAIL_REFUSED: the server refused the recipient or the content for good. Neither the message
 * nor the cause is quoted, because servers repeat addresses.
 */
class EmailNotSentError extends SigningError {
  constructor({ host, port }: SmtpServer, reason: string, { isFinal }: { readonly isFinal: boolean }) {
    super(
      isFinal ? 'EMAIL_REFUSED' : 'EMAIL_NOT_SENT',
      `Could not send an email through ${host}:${port}: ${reason}.`,
    );
  }
}

/**
 * Sends one email. With EMAIL_NOT_SENT and EMAIL_REFUSED it is certain that it was not sent.
 * @returns SENT; IN_DOUBT when the connection ended after the first byte of the email without an answer
 * @throws EMAIL_NOT_SENT (retryable), EMAIL_REFUSED; what `onBegin` throws
 */
export async function sendBySmtp(
  server: SmtpServer,
  { from, to, subject, body, messageId }: EmailToSend,
  { onBegin, signal }: SendBySmtpOptions,
): Promise<'SENT' | 'IN_DOUBT'> {
  const envelope = { from: withAsciiDomain(from), to: withAsciiDomain(to) };
  const raw = await new MailComposer({ ...envelope, subject, text: body, messageId, headers: HEADERS })
    .compile()
    .build();
  const content = new EmailContent(raw, onBegin);
  try {
    await withConnection(server, signal, (connection) => send(connection, envelope, content.stream));
    return 'SENT';
  } catch (error) {
    const { isBegun, beginning } = content;
    // What it records must be complete before a caller takes it back.
    await beginning?.catch(() => undefined);
    if (content.refusedBy !== undefined) throw content.refusedBy.error;
    const { responseCode, command } = error as Partial<SmtpFailure>;
    // Without an answer, the server may have the whole email.
    if (isBegun && responseCode === undefined) return 'IN_DOUBT';
    const isFinal = isPermanent(responseCode) && (isBegun || command === 'RCPT TO');
    throw new EmailNotSentError(server, reasonOf(error), { isFinal });
  }
}

/** Writes an international domain as `xn--`: a mail server without SMTPUTF8 takes no other form. Spec: RFC 5890. */
export function withAsciiDomain(address: string): string {
  const domain = address.slice(address.lastIndexOf('@') + 1);
  if (/^\p{ASCII}*$/u.test(domain)) return address;
  return `${address.slice(0, -domain.length)}${domainToASCII(domain)}`;
}

/** Connects and logs in, and sends nothing. @throws EMAIL_NOT_SENT (retryable) */
export async function checkSmtp(server: SmtpServer): Promise<void> {
  try {
    await withConnection(server, undefined, () => Promise.resolve());
  } catch (error) {
    throw new EmailNotSentError(server, reasonOf(error), { isFinal: false });
  }
}

/** Starts to flow when the server is ready for it. */
class EmailContent {
  isBegun = false;
  /** What `onBegin` threw. */
  refusedBy: { readonly error: unknown } | undefined;
  /** The call of `onBegin`. */
  beginning: Promise<void> | undefined;
  readonly stream: Readable;

  constructor(raw: Buffer, onBegin: () => Promise<void>) {
    this.stream = Readable.from(this.#chunks(raw, onBegin));
  }

  async *#chunks(raw: Buffer, onBegin: () => Promise<void>): AsyncGenerator<Buffer> {
    try {
      this.beginning = onBegin();
      await this.beginning;
    } catch (error) {
      this.refusedBy = { error };
      throw error;
    }
    this.isBegun = true;
    yield raw;
  }
}

/** No automatic answer is wanted. Spec: RFC 3834, section 5. */
const HEADERS = { 'Auto-Submitted': 'auto-generated' };

/** What the library adds to its errors. */
interface SmtpFailure {
  readonly responseCode: number;
  readonly command: string;
}

async function withConnection(
  server: SmtpServer,
  signal: AbortSignal | undefined,
  use: (connection: SMTPConnection) => Promise<void>,
): Promise<void> {
  const { host, port, encryption, user, password } = server;
  const connection = new SMTPConnection({
    host,
    port,
    secure: encryption === 'TLS',
    requireTLS: encryption === 'STARTTLS',
    ignoreTLS: encryption === 'NONE',
    connectionTimeout: CONNECT_WITHIN_MS,
    greetingTimeout: CONNECT_WITHIN_MS,
    socketTimeout: ANSWER_WITHIN_MS,
    dnsTimeout: CONNECT_WITHIN_MS,
  });
  const abort = (): void => connection.close();
  const failed = new Promise<never>((_, reject) => {
    connection.on('error', reject);
    connection.on('end', () => reject(new Error('The connection ended.')));
  });
  failed.catch(() => undefined);
  signal?.addEventListener('abort', abort, { once: true });
  try {
    if (signal?.aborted === true) throw new Error('The attempt has ended.');
    await Promise.race([
      failed,
      (async () => {
        await called((done) => connection.connect((error) => done(error ?? null)));
        if (user !== undefined) {
          await called((done) => connection.login({ user, pass: password }, (error) => done(error)));
        }
        await use(connection);
      })(),
    ]);
    connection.quit();
  } catch (error) {
    connection.close();
    throw error;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

async function send(
  connection: SMTPConnection,
  envelope: Pick<EmailToSend, 'from' | 'to'>,
  content: Readable,
): Promise<void> {
  await called((done) => connection.send({ ...envelope }, content, (error) => done(error)));
}

function called(call: (done: (error: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    call((error) => (error === null ? resolve() : reject(error)));
  });
}

/** Spec: RFC 5321, 4.2.1; 503 is about the order of commands. */
function isPermanent(responseCode: number | undefined): boolean {
  return responseCode !== undefined && responseCode >= 500 && responseCode !== 503;
}

/** The code of the error and of the server's answer, and never its text. */
function reasonOf(error: unknown): string {
  const { responseCode, command = 'CONN' } = error as Partial<SmtpFailure>;
  if (responseCode !== undefined) return `the server answered ${responseCode} to ${command}`;
  return errorCodeOf(error) ?? 'the connection ended';
}
