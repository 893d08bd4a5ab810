import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { Agent } from 'undici';
import { readServiceError } from '../schema/xml/index.js';
import type { ServiceError } from '../schema/index.js';
import { readBoundedBody } from './bounded-body.js';
import { CallSpacing } from './call-spacing.js';
import { RateLimitedError } from './errors/rate-limited-error.js';
import type { ApiOperation } from './operation.js';
import type { RequestBody } from './request-body.js';
import { errorFromAnswer, errorFromFailure } from './response-errors.js';
import type { ResolvedSigningApiOptions } from './signing-api-options.js';
import { createTrustingConnector } from './trusting-connector.js';
import { userAgent } from './user-agent.js';

/** Errors have a code, a message and a type; what is longer is no error of the service. */
const MAX_ERROR_BYTES = 65_536;

/** One call of the API. */
export interface ApiCall {
  readonly operation: ApiOperation;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: URL;
  /** @default 'application/xml', in which the service also writes its errors */
  readonly accept?: string;
  /** Made when the call has its turn, because the package's signing time may be 5 seconds off at most. */
  readonly body?: () => Promise<RequestBody>;
  /** True when a person waits for the answer whatever the operation, so that the call goes first. @default false */
  readonly personWaits?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** A success, with the body still to come. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readable;
}

/** Carries calls to the service: in turn, over trusted connections, and with every failure named. */
export class HttpExchange {
  readonly #options: ResolvedSigningApiOptions;
  readonly #spacing: CallSpacing;
  readonly #agent: Agent;
  readonly #createAgent: Agent;
  readonly #userAgent = userAgent();

  constructor(options: ResolvedSigningApiOptions) {
    const { connectTimeoutMs, answerTimeoutMs } = options.timeouts;
    const connect = createTrustingConnector({ ...options, connectTimeoutMs });
    const timeouts = { connect, headersTimeout: answerTimeoutMs };
    this.#options = options;
    this.#spacing = new CallSpacing(options.rateLimit);
    this.#agent = new Agent(timeouts);
    // Each create has a connection of its own: one that was kept may break just as the request is written to it, and
    // then nobody knows whether there is a job.
    this.#createAgent = new Agent({ ...timeouts, pipelining: 0 });
  }

  /**
   * One request and the beginning of its answer, which is a success.
   * @throws what response-errors.ts makes of every other answer, and of none; the signal's reason when it aborts
   */
  async send(call: ApiCall): Promise<ApiAnswer> {
    const { operation, method, url, accept = 'application/xml', personWaits = false, signal } = call;
    await this.#spacing.turn(operation, { personWaits, signal });
    const body = await call.body?.();
    const agent = operation === 'create' ? this.#createAgent : this.#agent;
    try {
      const {
        statusCode,
        headers,
        body: content,
      } = await agent.request({
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method,
        headers: {
          accept,
          'user-agent': this.#userAgent,
          ...(body !== undefined && { 'content-type': body.contentType }),
        },
        body: body === undefined ? null : (body.content as never),
        bodyTimeout: this.#options.timeouts.downloadInactivityMs,
        ...(signal && { signal }),
      });
      if (statusCode >= 200 && statusCode < 300) return { status: statusCode, headers, body: content };
      const serviceError = await this.#serviceErrorIn(content);
      throw errorFromAnswer({
        operation,
        status: statusCode,
        headers,
        ...(serviceError && { serviceError }),
      });
    } catch (failure) {
      body?.discard();
      if (failure instanceof RateLimitedError) this.#spacing.pause(failure.facts.retryAfterMs ?? 0);
      throw this.#nameFailure(call, failure, body);
    }
  }

  /** Ends every connection, also those in use. */
  async close(): Promise<void> {
    await Promise.all([this.#agent.destroy(), this.#createAgent.destroy()]);
  }

  #nameFailure({ operation, signal }: ApiCall, failure: unknown, body: RequestBody | undefined): unknown {
    const handedOver = body?.isHandedOver() ?? true;
    const contentFailure = body?.contentFailure();
    if (contentFailure !== undefined) return contentFailure;
    // Whoever aborts wants to hear their own reason, unless a job may have come of it.
    if (signal?.aborted && !(operation === 'create' && handedOver)) return signal.reason;
    return errorFromFailure({ operation, failure, handedOver });
  }

  /** The service's own words where there are any: an error's body may be empty, no XML, or never end. */
  async #serviceErrorIn(content: Readable): Promise<ServiceError | undefined> {
    try {
      const bytes = await readBoundedBody(content, {
        maxBytes: MAX_ERROR_BYTES,
        timeoutMs: this.#options.timeouts.answerTimeoutMs,
      });
      return readServiceError(bytes);
    } catch {
      return undefined;
    }
  }
}
