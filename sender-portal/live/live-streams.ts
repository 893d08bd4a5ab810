import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Session, Sessions } from '../login/sessions.js';
import { nameOfError, PortalRefusal } from '../portal-refusal.js';
import { keepSession, sessionOf } from '../server/portal-request.js';
import type { Clock } from './clock.js';
import type { JobChange, JobChanges } from './job-changes.js';
import { LiveStream } from './live-stream.js';

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
  /** Fetches from the client, before the page's turn: other pages do not wait for a slow answer. @default nothing is fetched */
  readonly prepare?: () => Promise<void>;
  /** The page as it is now, for the person as the session is now. @throws PortalRefusal when the person may not see it any more */
  readonly render: () => Promise<RenderedPage>;
}

/** The argument of {@link LiveStreams}. */
export interface LiveStreamsOptions {
  readonly sessions: Pick<Sessions, 'find'>;
  readonly changes: Pick<JobChanges, 'listen'>;
  readonly clock: Clock;
  /** Called with one sentence about an error, without personal data. */
  readonly report: (sentence: string) => void;
}

/** The most open pages of one session in this process: a further one ends the oldest. */
const MOST_OF_SESSION = 5;
/** The most streams of this process. */
const MOST_STREAMS = 1000;
/** A browser that does not read the last event is cut off after this time, in milliseconds. */
const READ_WITHIN_MS = 5000;
/** How long a browser waits before it opens a lost stream again: at least this, at most twice as long, in milliseconds. */
const OPEN_AGAIN_MS = 3000;
/** Tells the browser not to open the stream again. */
const END = 'event: end\ndata: {}\n\n';
/** How often the session and the role behind a stream are looked at, in milliseconds. */
const LOOK_EVERY_MS = 5000;
/** Proxies end connections on which nothing is sent for a minute. */
const HEARTBEAT_MS = 15_000;

/**
 * Server-sent events that keep pages up to date: each event has the page's content as the person may see it now. The event
 * `end` comes when the session, the role or the organisation has ended, and to the oldest of too many streams. After any other
 * end, such as that of the process, the browser opens the stream again. Spec: HTML, server-sent events.
 */
export class LiveStreams {
  readonly #options: LiveStreamsOptions;
  /** By session, the oldest first. */
  readonly #open = new Map<string, readonly LiveStream[]>();
  #count = 0;
  /** The last turn to render a page. */
  #rendering: Promise<unknown> = Promise.resolve();

  constructor(options: LiveStreamsOptions) {
    this.#options = options;
  }

  /** @throws PortalRefusal UNAVAILABLE when the process has too many streams */
  async answer(request: FastifyRequest, reply: FastifyReply, page: LivePage): Promise<FastifyReply> {
    if (this.#count >= MOST_STREAMS) throw new PortalRefusal('UNAVAILABLE');
    const session = sessionOf(request);
    const stream = new LiveStream(this.#options.clock, () => {
      this.#remove(session, stream);
      setTimeout(() => {
        if (!reply.raw.writableFinished) reply.raw.destroy();
      }, READ_WITHIN_MS).unref();
    });
    this.#add(session, stream);
    reply.raw.on('close', () => stream.close());
    const stopListening = this.#options.changes.listen((changes) => {
      if (changes.some((change) => concerns(change, sessionOf(request), page.jobId))) stream.touch();
    });
    const content = Readable.from(this.#events(request, session, stream, page));
    content.on('close', () => {
      stopListening();
      stream.close();
    });
    return await sendEvents(reply, content);
  }

  /** Closes every stream. */
  close(): void {
    for (const stream of [...this.#open.values()].flat()) stream.close();
  }

  async *#events(
    request: FastifyRequest,
    opened: Session,
    stream: LiveStream,
    page: LivePage,
  ): AsyncGenerator<string> {
    // Not all browsers at the same moment.
    yield `retry: ${Math.round(OPEN_AGAIN_MS * (1 + Math.random()))}\n\n`;
    try {
      yield* this.#pages(request, opened, stream, page);
      if (stream.isFinal) yield END;
    } catch (error) {
      if (error instanceof PortalRefusal && !error.isTemporary) yield END;
      else if (!stream.isOver) {
        this.#options.report(
          `A page could not be kept up to date: ${nameOfError(error)}. The browser tries again.`,
        );
      }
    }
  }

  /** @throws PortalRefusal when the person may not see the page any more */
  async *#pages(
    request: FastifyRequest,
    opened: Session,
    stream: LiveStream,
    page: LivePage,
  ): AsyncGenerator<string> {
    const { sessions, clock } = this.#options;
    const look = async (): Promise<void> => {
      const session = await sessions.find(page.sessionId, { isUse: false });
      // The token is of one session and one organisation.
      if (session?.formToken !== opened.formToken) throw new PortalRefusal('SESSION_ENDED');
      keepSession(request, session);
    };
    let last = '';
    let saidAt = clock.now();
    const heartbeat = function* (): Generator<string> {
      if (clock.now() - saidAt < HEARTBEAT_MS) return;
      saidAt = clock.now();
      yield ': still here\n\n';
    };
    while (!stream.isOver) {
      if (stream.takeTouch()) {
        const rendering = this.#rendered(stream, page, look);
        // It may fail during a look, which fails too.
        rendering.catch(() => undefined);
        const rendered = yield* this.#awaited(stream, rendering, async function* () {
          await look();
          yield* heartbeat();
        });
        if (rendered !== undefined && rendered.html !== last) {
          last = rendered.html;
          saidAt = clock.now();
          yield `event: page\ndata: ${JSON.stringify(rendered)}\n\n`;
        }
      } else {
        await look();
      }
      yield* heartbeat();
      await stream.wait(LOOK_EVERY_MS);
    }
  }

  /** Waits for a page, whose turn may come late. @param meanwhile done at each look, and sent */
  async *#awaited(
    stream: LiveStream,
    rendering: Promise<RenderedPage | undefined>,
    meanwhile: () => AsyncGenerator<string>,
  ): AsyncGenerator<string, RenderedPage | undefined> {
    for (;;) {
      const rendered = await stream.within(LOOK_EVERY_MS, rendering);
      if (rendered !== undefined || stream.isOver) return rendered;
      yield* meanwhile();
    }
  }

  /** @returns undefined when the stream is over before its turn */
  async #rendered(
    stream: LiveStream,
    page: LivePage,
    look: () => Promise<void>,
  ): Promise<RenderedPage | undefined> {
    await page.prepare?.();
    return await this.#inTurn(async () => {
      if (stream.isOver) return undefined;
      await look();
      return await page.render();
    });
  }

  /** One page after the other: a change that a thousand open pages show does not hold up people who load a page. */
  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#rendering.then(work);
    this.#rendering = turn.catch(() => undefined);
    return turn;
  }

  #add(session: Session, stream: LiveStream): void {
    const [oldest, ...others] = this.#open.get(session.idHash) ?? [];
    if (oldest !== undefined && others.length + 1 >= MOST_OF_SESSION) {
      // At once, though it may still be rendering a page: the next stream must end another one. It would else be opened again.
      oldest.close({ isFinal: true });
    }
    this.#open.set(session.idHash, [...(this.#open.get(session.idHash) ?? []), stream]);
    this.#count += 1;
  }

  /** Does nothing for a stream that is removed already. */
  #remove({ idHash }: Session, stream: LiveStream): void {
    const open = this.#open.get(idHash) ?? [];
    const left = open.filter((one) => one !== stream);
    this.#count -= open.length - left.length;
    if (left.length === 0) this.#open.delete(idHash);
    else this.#open.set(idHash, left);
  }
}

/** Answers a browser that the page is not kept up to date any more. */
export async function refuseStream(reply: FastifyReply): Promise<FastifyReply> {
  return await sendEvents(reply, END);
}

/** Whether a page asks for its stream. It asks again after any other refusal than {@link refuseStream}. */
export function wantsStream({ headers, routeOptions }: FastifyRequest): boolean {
  return headers.accept === 'text/event-stream' && routeOptions.config.isLive === true;
}

async function sendEvents(reply: FastifyReply, events: Readable | string): Promise<FastifyReply> {
  return await reply
    .type('text/event-stream; charset=utf-8')
    // A proxy must pass on each event at once, as it is. Spec: nginx, X-Accel-Buffering.
    .headers({ 'cache-control': 'no-store, no-transform', 'x-accel-buffering': 'no' })
    .send(events);
}

/** Whether the person may see the changed job, and the page shows it. */
function concerns(change: JobChange, { organization, personId, role }: Session, jobId?: string): boolean {
  if (change.organization !== organization) return false;
  if (role !== 'ACCOUNT_MANAGER' && change.personId !== personId) return false;
  return jobId === undefined || change.id === jobId;
}
