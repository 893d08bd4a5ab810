import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Session, Sessions } from '../login/sessions.js';
import { PortalRefusal } from '../portal-refusal.js';
import { keepSession, sessionOf } from '../server/portal-request.js';
import type { JobChange, JobChanges } from './job-changes.js';

/** The content of a page, and the sentence that says when it was updated. */
export interface RenderedPage {
  readonly html: string;
  readonly status: string;
}

/** A page that is kept up to date. */
export interface LivePage {
  /** The cookie of the session. */
  readonly sessionId: string | undefined;
  /** The job of the page; absent: every job that the person sees. */
  readonly jobId?: string;
  /** The page as it is now, for the person as the session is now. @throws PortalRefusal when the person may not see it any more */
  readonly render: () => Promise<RenderedPage>;
}

/** The argument of {@link LiveStreams}. */
export interface LiveStreamsOptions {
  readonly sessions: Pick<Sessions, 'find'>;
  readonly changes: Pick<JobChanges, 'listen'>;
}

/** The most open pages of one session in this process: a further one ends the oldest. */
const MOST_OF_SESSION = 5;
/** The most streams of this process. */
const MOST_STREAMS = 1000;
/** How often the session and the role behind a stream are looked at, in milliseconds. */
const LOOK_EVERY_MS = 5000;
/** Proxies end connections on which nothing is sent for a minute. */
const HEARTBEAT_MS = 15_000;

/**
 * Server-sent events that keep pages up to date: each event has the page's content as the person may see it now. A stream
 * ends with its session, its role, and the choice of another organisation. Spec: HTML, server-sent events.
 */
export class LiveStreams {
  readonly #options: LiveStreamsOptions;
  /** By session, the oldest first. */
  readonly #open = new Map<string, readonly Stream[]>();
  #count = 0;

  constructor(options: LiveStreamsOptions) {
    this.#options = options;
  }

  /** @throws PortalRefusal UNAVAILABLE when the process has too many streams */
  async answer(request: FastifyRequest, reply: FastifyReply, page: LivePage): Promise<FastifyReply> {
    if (this.#count >= MOST_STREAMS) throw new PortalRefusal('UNAVAILABLE');
    const session = sessionOf(request);
    const stream = new Stream();
    this.#add(session, stream);
    reply.raw.on('close', () => stream.end());
    const stopListening = this.#options.changes.listen((changes) => {
      if (changes.some((change) => concerns(change, sessionOf(request), page.jobId))) stream.touch();
    });
    const content = Readable.from(this.#events(request, session, stream, page));
    content.on('close', () => {
      stopListening();
      this.#remove(session, stream);
    });
    return await reply
      .type('text/event-stream; charset=utf-8')
      // A proxy must pass on each event at once, as it is. Spec: nginx, X-Accel-Buffering.
      .headers({ 'cache-control': 'no-store, no-transform', 'x-accel-buffering': 'no' })
      .send(content);
  }

  /** Ends every stream. */
  close(): void {
    for (const stream of [...this.#open.values()].flat()) stream.end();
  }

  async *#events(
    request: FastifyRequest,
    opened: Session,
    stream: Stream,
    page: LivePage,
  ): AsyncGenerator<string> {
    const { sessions } = this.#options;
    yield 'retry: 3000\n\n';
    let last = '';
    let saidAt = Date.now();
    while (!stream.isEnded) {
      const session = await sessions.find(page.sessionId, { isUse: false });
      // The token is of one session and one organisation.
      if (session?.formToken !== opened.formToken) break;
      keepSession(request, session);
      if (stream.takeTouch()) {
        const rendered = await page.render().catch(() => undefined);
        if (rendered === undefined) break;
        if (rendered.html !== last) {
          last = rendered.html;
          saidAt = Date.now();
          yield `event: page\ndata: ${JSON.stringify(rendered)}\n\n`;
          continue;
        }
      }
      if (Date.now() - saidAt >= HEARTBEAT_MS) {
        saidAt = Date.now();
        yield ': still here\n\n';
      }
      await stream.wait(LOOK_EVERY_MS);
    }
    yield 'event: end\ndata: {}\n\n';
  }

  #add(session: Session, stream: Stream): void {
    const [oldest, ...others] = this.#open.get(session.idHash) ?? [];
    if (oldest !== undefined && others.length + 1 >= MOST_OF_SESSION) {
      // At once: it may still be rendering a page, and the next stream must end another one.
      this.#remove(session, oldest);
      oldest.end();
    }
    this.#open.set(session.idHash, [...(this.#open.get(session.idHash) ?? []), stream]);
    this.#count += 1;
  }

  /** Does nothing for a stream that is removed already. */
  #remove({ idHash }: Session, stream: Stream): void {
    const open = this.#open.get(idHash) ?? [];
    const left = open.filter((one) => one !== stream);
    this.#count -= open.length - left.length;
    if (left.length === 0) this.#open.delete(idHash);
    else this.#open.set(idHash, left);
  }
}

/** Whether the person may see the changed job, and the page shows it. */
function concerns(change: JobChange, { organization, personId, role }: Session, jobId?: string): boolean {
  if (change.organization !== organization) return false;
  if (role !== 'ACCOUNT_MANAGER' && change.personId !== personId) return false;
  return jobId === undefined || change.id === jobId;
}

/** One stream: touched by changes, until it ends. The page is sent once at the beginning. */
class Stream {
  #isTouched = true;
  #isEnded = false;
  #wake: (() => void) | undefined;

  get isEnded(): boolean {
    return this.#isEnded;
  }

  touch(): void {
    this.#isTouched = true;
    this.#wake?.();
  }

  end(): void {
    this.#isEnded = true;
    this.#wake?.();
  }

  /** @returns whether something has changed since the last call */
  takeTouch(): boolean {
    const isTouched = this.#isTouched;
    this.#isTouched = false;
    return isTouched;
  }

  /** Waits until the stream is touched or ends, at most for this time. */
  async wait(ms: number): Promise<void> {
    if (this.#isTouched || this.#isEnded) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
  }
}
