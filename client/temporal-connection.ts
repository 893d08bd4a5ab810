import { AsyncLocalStorage } from 'node:async_hooks';
import {
  Client,
  Connection,
  isGrpcDeadlineError,
  NamespaceNotFoundError,
  QueryRejectedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type ClientInterceptors,
  type ConnectionLike,
  type DataConverter,
} from '@temporalio/client';
import type { TemporalSettings } from '@signering/settings';
import { GRPC_STATUS, grpcDetailsOf, grpcStatusOf, isGrpcRefusal } from '@signering/contract';
import type { SigningError } from '@signering/schema';
import { callWith, unlessAborted, type CallOptions } from './call-options.js';
import { ClientClosedError, TemporalError } from './errors.js';
import { withTraces } from './traces.js';

/** How long a long poll waits before the connection checks whether Temporal answers, in milliseconds. */
const WAIT_FOR_NEWS_MS = 30_000;

/**
 * How much later the deadline of a long poll is than the connection's own, in milliseconds. Near the deadline, Temporal
 * answers immediately without a result, and the SDK polls again: hundreds of calls in the last second. So the
 * connection ends the poll earlier.
 */
const LONG_POLL_SLACK_MS = 25_000;

/** Ends what a call of the SDK left behind; nothing reads it. */
const CALL_ENDED = new Error('The call has ended.');

/** Time that a call to a worker reserves to find out whether Temporal itself is unavailable, in milliseconds. */
const LEFT_AFTER_ASKING_MS = 1_000;

/** gRPC ends a call at its deadline; the connection abandons a call that does not end this much later, in milliseconds. */
const PAST_DEADLINE_MS = 200;

/** How much earlier than a call's `timeoutMs` its deadline at Temporal is, in milliseconds. */
const BEFORE_TIMEOUT_MS = 500;

const START_IT = 'Start it (`npm start` runs it on this machine), or correct TEMPORAL_ADDRESS.';
const START_A_WORKER = 'Start a worker (`npm start`, or `signering worker`).';

/** The argument of {@link TemporalConnection.open}. */
export interface TemporalConnectionOptions {
  /** Absent where `temporalClient` is given. */
  readonly settings: TemporalSettings | undefined;
  readonly dataConverter: DataConverter;
  /** How long a call may take, in milliseconds; see {@link TemporalConnection.within}. */
  readonly callTimeoutMs: number;
  /** How long the attempt to connect may take, in milliseconds. @default `callTimeoutMs` */
  readonly connectTimeoutMs?: number;
  /** Ends the attempt to connect. */
  readonly signal?: AbortSignal | undefined;
  /** The caller's own: its connection is used, and stays open. */
  readonly temporalClient?: Client | undefined;
  readonly interceptors?: ClientInterceptors | undefined;
  readonly logger?: ClientLogger | undefined;
}

/**
 * Where a client writes what it does. Facts hold no personal data. Later versions may call further methods, which are then
 * optional.
 */
export interface ClientLogger {
  /** Each failed call to Temporal, with its code and duration. */
  debug(message: string, facts?: Readonly<Record<string, unknown>>): void;
  /** A watched job that cannot be looked at, because Temporal or its workers do not answer: the watch goes on. */
  warn(message: string, facts?: Readonly<Record<string, unknown>>): void;
}

/** What ends the calls of an action. */
interface CallScope {
  /** In milliseconds since 1970. */
  readonly deadline?: number;
  readonly signal?: AbortSignal | undefined;
  /** Replaces the connection's own, in milliseconds. */
  readonly callTimeoutMs?: number;
}

/** What a {@link TemporalConnection} consists of. */
interface OpenConnection extends Pick<TemporalConnectionOptions, 'callTimeoutMs' | 'logger'> {
  readonly client: Client;
  readonly isOwn: boolean;
  readonly address: string;
}

/** A connection to Temporal whose calls have a deadline, and whose errors name the cause and the remedy. */
export class TemporalConnection {
  readonly client: Client;
  /** False: the connection is the caller's. */
  readonly #isOwn: boolean;
  readonly #address: string;
  readonly #logger: ClientLogger | undefined;
  readonly #callTimeoutMs: number;
  readonly #scope = new AsyncLocalStorage<CallScope>();
  /** The calls that have not ended, including those that were abandoned at their deadline. */
  readonly #pending = new Set<{ readonly end: () => void; readonly settled: Promise<void> }>();
  #isClosed = false;

  private constructor({ client, isOwn, address, callTimeoutMs, logger }: OpenConnection) {
    this.client = client;
    this.#isOwn = isOwn;
    this.#address = address;
    this.#callTimeoutMs = callTimeoutMs;
    this.#logger = logger;
  }

  /** @throws TEMPORAL_UNAVAILABLE (retryable), TEMPORAL_REFUSED, the signal's reason */
  static async open(options: TemporalConnectionOptions): Promise<TemporalConnection> {
    const { settings, dataConverter, callTimeoutMs, connectTimeoutMs = callTimeoutMs, signal } = options;
    const { temporalClient, interceptors = temporalClient?.options.interceptors, logger } = options;
    signal?.throwIfAborted();
    const connection: ConnectionLike =
      temporalClient?.connection ??
      Connection.lazy({ ...settings?.connection, connectTimeout: connectTimeoutMs });
    const address = connection instanceof Connection ? connection.options.address : 'its address';
    const namespace = temporalClient?.options.namespace ?? settings?.namespace ?? 'default';
    const isOwn = temporalClient === undefined;
    const connecting = connection.ensureConnected();
    try {
      await unlessAborted(connecting, signal);
      const client = new Client({
        connection,
        namespace,
        dataConverter,
        interceptors: withTraces(interceptors),
      });
      return new TemporalConnection({ client, isOwn, address, callTimeoutMs, logger });
    } catch (error) {
      // Closing the connection earlier would end the process: the SDK may be repeating its first call.
      void connecting.catch(forget).then(() => (isOwn ? connection.close() : undefined));
      signal?.throwIfAborted();
      const known = explain(error) ?? { reason: 'does not answer', nextStep: START_IT };
      throw temporalError(address, known, error);
    }
  }

  /** How long a call may take here, in milliseconds. */
  get callTimeoutMs(): number {
    return this.#scope.getStore()?.callTimeoutMs ?? this.#callTimeoutMs;
  }

  /**
   * Gives all calls of an action one deadline together. An action inside another one keeps the earlier deadline.
   * @param withinMs milliseconds from now; at most the time of {@link bounded}
   */
  within<T>(action: () => Promise<T>, withinMs = this.callTimeoutMs): Promise<T> {
    const scope = this.#scope.getStore();
    const inMs = Math.min(withinMs, scope?.callTimeoutMs ?? Infinity);
    const deadline = Math.min(scope?.deadline ?? Infinity, Date.now() + inMs);
    return this.#scope.run({ ...scope, deadline }, action);
  }

  /**
   * Ends an action, and its calls, early. An action inside another one ends with either signal.
   * @throws CALL_TIMED_OUT (retryable), INVALID_REQUEST for an invalid `timeoutMs`, the signal's reason
   */
  bounded<T>(options: CallOptions, action: (signal: AbortSignal | undefined) => Promise<T>): Promise<T> {
    return callWith(options, (signal) => {
      const scope = this.#scope.getStore();
      const { timeoutMs } = options;
      const signals = [scope?.signal, signal].filter((one) => one !== undefined);
      const own = {
        ...scope,
        signal: signals.length > 1 ? AbortSignal.any(signals) : signals[0],
        // Earlier, so that a call to Temporal or a worker that gets no answer says so.
        ...(timeoutMs !== undefined && {
          callTimeoutMs: timeoutMs - Math.min(BEFORE_TIMEOUT_MS, timeoutMs / 4),
        }),
      };
      return this.#scope.run(own, () => action(own.signal));
    });
  }

  /**
   * Makes a call. It ends at the deadline of {@link within}, and with {@link bounded}.
   * @param slackMs how much longer Temporal may take than this connection waits, in milliseconds
   * @throws TEMPORAL_UNAVAILABLE, WORKER_UNAVAILABLE (both retryable), TEMPORAL_REFUSED; other errors as they are
   */
  async call<T>(action: (client: Client) => Promise<T>, slackMs = 0): Promise<T> {
    const signal = this.#scope.getStore()?.signal;
    const startedAt = Date.now();
    try {
      signal?.throwIfAborted();
      return await this.#untilDeadline(() => action(this.client), slackMs);
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof ClientClosedError) throw error;
      if (this.#isClosed) throw new ClientClosedError(error);
      const known = explain(error);
      if (known === undefined) throw error;
      const explained = temporalError(this.#address, known, error);
      const { code, message } = explained;
      this.#logger?.debug('A call to Temporal failed', { code, message, durationMs: Date.now() - startedAt });
      throw explained;
    }
  }

  /**
   * As {@link call}, for a request that only a worker can answer: if none does, fails with the caller's error and leaves
   * some of the time for the caller's next step.
   */
  async ask<T>(
    action: (client: Client) => Promise<T>,
    unanswered: (cause: unknown) => Error = (cause) => this.#noWorker(cause),
  ): Promise<T> {
    const leftMs = this.#deadline - Date.now();
    const askWithinMs = leftMs - Math.min(LEFT_AFTER_ASKING_MS, leftMs / 4);
    return this.within(async () => {
      try {
        return await this.within(() => this.call(action), askWithinMs);
      } catch (error) {
        if (!isUnanswered(error)) throw error;
        await this.#demandServer();
        throw unanswered(error);
      }
    });
  }

  /**
   * As {@link call}, for a result that may take months: waits in a sequence of short calls, and checks between them that
   * Temporal answers.
   */
  async wait<T>(action: (client: Client) => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await this.within(() => this.call(action, LONG_POLL_SLACK_MS), WAIT_FOR_NEWS_MS);
      } catch (error) {
        if (!isUnanswered(error) || this.#isClosed) throw error;
      }
      await this.#demandServer();
    }
  }

  /** Logs why a wait goes on without an answer. */
  logInterruption({ code, message }: SigningError): void {
    this.#logger?.warn('A wait goes on without an answer', { code, message });
  }

  /** @throws TEMPORAL_UNAVAILABLE (retryable) */
  async #demandServer(): Promise<void> {
    await this.call(({ workflowService }) => workflowService.getSystemInfo({}));
  }

  get #deadline(): number {
    return this.#scope.getStore()?.deadline ?? Date.now() + this.callTimeoutMs;
  }

  /** The SDK retries a failed call after waits that ignore the deadline, so this method enforces it too. */
  async #untilDeadline<T>(action: () => Promise<T>, slackMs: number): Promise<T> {
    if (this.#isClosed) throw new ClientClosedError();
    const ended = new AbortController();
    // A reason given here saves an error with its stack for each call.
    const end = (): void => ended.abort(CALL_ENDED);
    const deadline = this.#deadline;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new DeadlineReachedError()),
        Math.max(deadline - Date.now(), 0) + PAST_DEADLINE_MS,
      );
    });
    const called = this.client.connection.withDeadline(deadline + slackMs, () =>
      this.client.connection.withAbortSignal(ended.signal, action),
    );
    const pending = { end, settled: called.then(forget, forget) };
    this.#pending.add(pending);
    void pending.settled.then(() => this.#pending.delete(pending));
    try {
      return await unlessAborted(Promise.race([called, late]), this.#scope.getStore()?.signal);
    } finally {
      clearTimeout(timer);
      // An abandoned call would continue.
      end();
    }
  }

  #noWorker(cause: unknown): TemporalError {
    const message = `Temporal at ${this.#address} is there, but no worker answers. ${START_A_WORKER}`;
    return new TemporalError('WORKER_UNAVAILABLE', message, cause);
  }

  /** Ends pending calls, and closes the connection. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { end } of this.#pending) end();
    // The SDK repeats a failed call after a few seconds: on a connection that is closed by then, this ends the process.
    await Promise.all([...this.#pending].map(({ settled }) => settled));
    if (this.#isOwn) await this.client.connection.close();
  }
}

function forget(): void {
  // The result of a call that was given up does not matter.
}

/** Why Temporal cannot be used. */
interface Explanation {
  /** @default TEMPORAL_UNAVAILABLE */
  readonly code?: 'TEMPORAL_REFUSED' | 'WORKER_UNAVAILABLE';
  /** The rest of a sentence that begins with Temporal's address. */
  readonly reason: string;
  readonly nextStep: string;
}

/** A call to Temporal did not end by its deadline. */
class DeadlineReachedError extends Error {
  constructor() {
    super('The call to Temporal did not end by its deadline.');
  }
}

/** No worker polls, or none answered before the deadline. */
function isUnanswered(error: unknown): boolean {
  const cause = error instanceof TemporalError ? error.cause : error;
  if (cause instanceof WorkflowUpdateRPCTimeoutOrCancelledError || cause instanceof DeadlineReachedError) {
    return true;
  }
  return (
    isGrpcDeadlineError(cause) ||
    grpcStatusOf(cause) === GRPC_STATUS.FAILED_PRECONDITION ||
    isEndedByServer(cause)
  );
}

/** A server under load ends a call itself at its deadline, and gives it another code. */
function isEndedByServer(error: unknown): boolean {
  return grpcStatusOf(error) === GRPC_STATUS.CANCELLED || /deadline exceeded/iu.test(grpcDetailsOf(error));
}

function temporalError(
  address: string,
  { code, reason, nextStep }: Explanation,
  cause: unknown,
): TemporalError {
  return new TemporalError(
    code ?? 'TEMPORAL_UNAVAILABLE',
    `Temporal at ${address} ${reason}. ${nextStep}`,
    cause,
  );
}

function explain(error: unknown): Explanation | undefined {
  if (error instanceof NamespaceNotFoundError) {
    return {
      code: 'TEMPORAL_REFUSED',
      reason: 'does not know our namespace',
      nextStep: 'Register it, or correct TEMPORAL_NAMESPACE.',
    };
  }
  if (error instanceof QueryRejectedError) return undefined;
  if (
    error instanceof DeadlineReachedError ||
    error instanceof WorkflowUpdateRPCTimeoutOrCancelledError ||
    isEndedByServer(error)
  ) {
    return { reason: 'does not answer', nextStep: START_IT };
  }
  if (isGrpcRefusal(error)) {
    return {
      code: 'TEMPORAL_REFUSED',
      reason: 'refuses us',
      nextStep: 'Check TEMPORAL_API_KEY or the TLS settings (TEMPORAL_TLS…).',
    };
  }
  switch (grpcStatusOf(error)) {
    case GRPC_STATUS.UNAVAILABLE:
    case GRPC_STATUS.DEADLINE_EXCEEDED:
      return { reason: 'does not answer', nextStep: START_IT };
    case GRPC_STATUS.RESOURCE_EXHAUSTED:
      // Temporal accepts ten pending updates of one workflow.
      return {
        reason: 'is overloaded, with requests for this job or in total',
        nextStep: 'Try again in a moment.',
      };
    case GRPC_STATUS.UNAUTHENTICATED:
    case GRPC_STATUS.PERMISSION_DENIED:
      return {
        code: 'TEMPORAL_REFUSED',
        reason: 'denies access',
        nextStep: 'Check TEMPORAL_API_KEY or the TLS settings (TEMPORAL_TLS…).',
      };
    case GRPC_STATUS.INVALID_ARGUMENT:
      if (!/search attribute/iu.test(grpcDetailsOf(error))) return undefined;
      return {
        code: 'WORKER_UNAVAILABLE',
        reason: 'does not know our search attributes yet',
        nextStep: `${START_A_WORKER} It registers them when it starts.`,
      };
    case undefined:
    default:
      return undefined;
  }
}
