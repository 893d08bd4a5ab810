import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { readFileSync } from 'node:fs';
import type { Client } from 'undici';
import { readServiceError } from '@signering/schema/xml';
import { SigningError, type ServiceError } from '@signering/schema';
import type { CallPriority } from '../calls.js';
import { CertificateExpiredError, RateLimitedError } from '../errors.js';
import { isDownload, type ApiOperation } from '../operation.js';
import type { Turn } from '../rate-limit/call-spacing.js';
import { shareCallSpacing, type SharedCallSpacing } from '../rate-limit/shared-call-spacing.js';
import { UploadWindow } from '../rate-limit/upload-window.js';
import type { ResolvedSigningApiOptions } from '../signing-api-options.js';
import { readBoundedBody } from './bounded-body.js';
import { maskMessage, maskUrl } from './call-log.js';
import { ConnectionFailure } from './connection-failure.js';
import { ConnectionPool, type Connection } from './connection-pool.js';
import type { RequestBody } from './request-body.js';
import { errorFromAnswer, errorFromFailure } from './response-errors.js';
import { ServiceClock } from './service-clock.js';
import { createTrustingConnector } from './trusting-connector.js';

/** An error has a code, a message and a type; a longer body is not an error of the service. */
const MAX_ERROR_BYTES = 65_536;

/** A certificate that expires within this time may have expired when the service sees it, in milliseconds. */
const CERTIFICATE_MARGIN_MS = 5000;

/** How long to wait for a renewed certificate, in milliseconds. */
const WAIT_FOR_CERTIFICATE_MS = 10_000;

/** One call of the API. */
export interface ApiCall {
  readonly operation: ApiOperation;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: URL;
  /** @default 'application/xml', in which the service also writes its errors */
  readonly accept?: string;
  /**
   * Built after connecting and just before the turn: the package's signing time may differ by at most 5 seconds, and the
   * call must be sent as soon as its turn comes.
   */
  readonly body?: () => Promise<RequestBody>;
  /** @default the one of the operation: see call-spacing.ts */
  readonly priority?: CallPriority | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A success, with the body still to come. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The wait until the queue may be polled again, in milliseconds, if the answer names it. */
  readonly nextPollInMs: number | undefined;
  readonly body: Readable;
}

/** What an admitted call needs. */
interface ReadyToGo {
  readonly connection: Connection;
  readonly body: RequestBody | undefined;
  readonly turn: Turn;
}

/** Sends calls to the service in turn, over trusted connections, and maps every failure to an error code. */
export class HttpExchange {
  readonly #options: ResolvedSigningApiOptions;
  readonly #turns: SharedCallSpacing;
  readonly #connections: ConnectionPool;
  readonly #userAgent: string;
  readonly #serviceClock = new ServiceClock();
  /** The document packages that are being uploaded. */
  readonly uploads: UploadWindow;

  constructor(options: ResolvedSigningApiOptions) {
    const { connectTimeoutMs, answerTimeoutMs } = options.timeouts;
    this.#options = options;
    this.#turns = shareCallSpacing(options);
    this.uploads = new UploadWindow(options.rateLimit.maxWaitMs);
    this.#connections = new ConnectionPool({
      connect: createTrustingConnector({ ...options, connectTimeoutMs }),
      maxConnections: options.maxConnections,
      waitMs: connectTimeoutMs,
      answerTimeoutMs,
    });
    this.#userAgent = userAgent(options.userAgentSuffix);
  }

  /**
   * One request and the beginning of its answer, which is a success.
   * @throws CERTIFICATE_EXPIRED before anything is sent; what response-errors.ts makes of every other answer, and of none; the
   *   signal's reason when it aborts
   */
  async send(call: ApiCall): Promise<ApiAnswer> {
    const { operation, url, priority, signal } = call;
    this.#refuseExpiredCertificate(operation);
    const place = this.#turns.spacing.enter(operation, { priority, signal });
    let connection: Connection | undefined;
    let body: RequestBody | undefined;
    let turn: Turn;
    try {
      // Each create gets a new connection: a kept one may break while the request is written to it, and then it is
      // unknown whether there is a job.
      connection = await this.#connections.acquire({ url, fresh: operation === 'create' });
      signal?.throwIfAborted();
      body = await call.body?.();
      turn = await place.turn();
    } catch (failure) {
      place.leave();
      connection?.release();
      body?.discard();
      if (!(failure instanceof ConnectionFailure)) throw failure;
      throw errorFromFailure({ operation, failure, handedOver: false });
    }
    try {
      return await this.#exchange(call, { connection, body, turn });
    } catch (failure) {
      body?.discard();
      if (failure instanceof RateLimitedError) this.#turns.spacing.pause(failure.facts.retryAfterMs ?? 0);
      throw failure;
    } finally {
      // The service may have counted a call that got no answer.
      turn.answered();
    }
  }

  /** Logs a body that was read, if the log takes bodies. */
  logAnswerBody(operation: ApiOperation, body: Uint8Array): void {
    const { log } = this.#options;
    if (log?.bodies !== true || body.length === 0) return;
    log.write({ event: 'ANSWER_BODY', operation, body: maskMessage(Buffer.from(body).toString('utf8')) });
  }

  /** Makes later calls connect anew; calls under way keep their connections. */
  retireConnections(): void {
    this.#connections.retire();
  }

  /** Ends every connection, also those in use. */
  async close(): Promise<void> {
    this.#turns.leave();
    await this.#connections.close();
  }

  #refuseExpiredCertificate(operation: ApiOperation): void {
    const { validTo } = this.#options.certificates().certificate.certificate;
    if (Date.parse(validTo) - CERTIFICATE_MARGIN_MS > Date.now()) return;
    throw new CertificateExpiredError({ operation, validTo, retryAfterMs: WAIT_FOR_CERTIFICATE_MS });
  }

  async #exchange(call: ApiCall, { connection, body, turn }: ReadyToGo): Promise<ApiAnswer> {
    const { operation, method, url, accept = 'application/xml', signal } = call;
    const { timeouts } = this.#options;
    const begun = performance.now();
    const log = this.#options.log;
    log?.write({
      event: 'REQUEST',
      operation,
      method,
      url: maskUrl(url),
      ...(log.bodies === true && body !== undefined && { body: maskMessage(body.message) }),
    });
    let answer: Awaited<ReturnType<Client['request']>>;
    try {
      answer = await connection.client.request({
        path: `${url.pathname}${url.search}`,
        method,
        headers: {
          accept,
          'user-agent': this.#userAgent,
          ...(body !== undefined && { 'content-type': body.contentType }),
        },
        body: body === undefined ? null : (body.content as never),
        bodyTimeout: timeouts.downloadInactivityMs,
        ...(isDownload(operation) && { headersTimeout: timeouts.downloadAnswerTimeoutMs }),
        ...(signal && { signal }),
      });
    } catch (failure) {
      connection.release();
      const error = this.#nameFailure(call, failure, body);
      const code = error instanceof SigningError ? error.code : 'ABORTED';
      log?.write({ event: 'FAILURE', operation, code, durationMs: millisecondsSince(begun) });
      throw error;
    }
    // The service has counted the call by now, however long the body takes.
    turn.answered();
    const { statusCode: status, headers, body: content } = answer;
    const nextPollInMs = this.#serviceClock.nextPollInMs({
      status,
      headers,
      begunAt: begun,
      arrivedAt: performance.now(),
    });
    // A body that is destroyed when its last byte has arrived fails too, and an error without a listener ends the
    // process. A reader still gets the error.
    content.on('error', () => undefined);
    content.once('close', connection.release);
    log?.write({
      event: 'ANSWER',
      operation,
      httpStatus: status,
      durationMs: millisecondsSince(begun),
      ...servedAtIn(headers),
    });
    if (status >= 200 && status < 300) return { status, headers, nextPollInMs, body: content };
    const serviceError = await this.#serviceErrorIn(operation, content);
    throw errorFromAnswer({
      operation,
      status,
      headers,
      nextPollInMs,
      ...(serviceError && { serviceError }),
    });
  }

  #nameFailure({ operation, signal }: ApiCall, failure: unknown, body: RequestBody | undefined): unknown {
    const handedOver = body?.isHandedOver() ?? true;
    const contentFailure = body?.contentFailure();
    if (contentFailure !== undefined) return contentFailure;
    // The caller gets the reason of its signal, unless the call may have created a job.
    if (signal?.aborted && !(operation === 'create' && handedOver)) return signal.reason;
    return errorFromFailure({ operation, failure, handedOver });
  }

  /** Reads the service's error, if there is one: the body may be empty, not XML, or endless. */
  async #serviceErrorIn(operation: ApiOperation, content: Readable): Promise<ServiceError | undefined> {
    try {
      const bytes = await readBoundedBody(content, {
        maxBytes: MAX_ERROR_BYTES,
        timeoutMs: this.#options.timeouts.answerTimeoutMs,
      });
      this.logAnswerBody(operation, bytes);
      return readServiceError(bytes);
    } catch {
      return undefined;
    }
  }
}

function servedAtIn({ date }: IncomingHttpHeaders): { servedAt?: string } {
  const moment = new Date(date ?? NaN);
  return Number.isNaN(moment.getTime()) ? {} : { servedAt: moment.toISOString() };
}

function millisecondsSince(moment: number): number {
  return Math.round(performance.now() - moment);
}

const PACKAGE = new URL('../../package.json', import.meta.url);

/** `User-Agent`, such as `signering-workflows/0.1.0 (Node.js 20.19.0) Archive/2`. */
function userAgent(suffix: string | undefined): string {
  const { version } = JSON.parse(readFileSync(PACKAGE, 'utf8')) as { version: string };
  const own = `signering-workflows/${version} (Node.js ${process.versions.node})`;
  return suffix === undefined ? own : `${own} ${suffix}`;
}
