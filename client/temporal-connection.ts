import {
  Client,
  Connection,
  isGrpcDeadlineError,
  isGrpcServiceError,
  NamespaceNotFoundError,
  QueryRejectedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import type { TemporalSettings } from '../settings/index.js';
import {
  TemporalUnavailableError,
  type TemporalUnavailableOptions,
} from './errors/temporal-unavailable-error.js';

// Spec: gRPC status codes.
const INVALID_ARGUMENT = 3;
const DEADLINE_EXCEEDED = 4;
const PERMISSION_DENIED = 7;
const CANCELLED = 1;
const RESOURCE_EXHAUSTED = 8;
const FAILED_PRECONDITION = 9;
const UNAVAILABLE = 14;
const UNAUTHENTICATED = 16;

const START_IT = 'Start it (`npm start` brings it up on this machine), or correct TEMPORAL_ADDRESS.';
const START_A_WORKER = 'Start a worker (`npm start`, or `signering worker`).';

/** A connection to Temporal that says in words what keeps it from working. */
export class TemporalConnection {
  readonly client: Client;
  readonly #connection: Connection;
  readonly #address: string;

  private constructor(connection: Connection, client: Client, address: string) {
    this.#connection = connection;
    this.client = client;
    this.#address = address;
  }

  /** @throws TEMPORAL_UNAVAILABLE (retryable) */
  static async open(settings: TemporalSettings, dataConverter: DataConverter): Promise<TemporalConnection> {
    const { address } = settings.connection;
    try {
      const connection = await Connection.connect(settings.connection);
      const client = new Client({ connection, namespace: settings.namespace, dataConverter });
      return new TemporalConnection(connection, client, address);
    } catch (error) {
      const known = explain(error) ?? { reason: 'does not answer', nextStep: START_IT };
      throw new TemporalUnavailableError(address, { ...known, cause: error });
    }
  }

  /**
   * Makes a call, ended early by the signal.
   * @throws TEMPORAL_UNAVAILABLE (retryable) for what Temporal's server refuses; other errors as they are
   */
  async call<T>(action: (client: Client) => Promise<T>, signal?: AbortSignal): Promise<T> {
    try {
      signal?.throwIfAborted();
      return await (signal === undefined
        ? action(this.client)
        : this.#connection.withAbortSignal(signal, () => action(this.client)));
    } catch (error) {
      signal?.throwIfAborted();
      const known = explain(error);
      throw known === undefined
        ? error
        : new TemporalUnavailableError(this.#address, { ...known, cause: error });
    }
  }

  /** As {@link call}, for what only a worker can answer: gives up when none does, with an error of the caller's own. */
  async ask<T>(
    action: (client: Client) => Promise<T>,
    withinMs: number,
    unanswered: (cause: unknown) => Error = (cause) => this.#noWorker(cause),
  ): Promise<T> {
    try {
      return await this.#connection.withDeadline(Date.now() + withinMs, () => this.call(action));
    } catch (error) {
      if (!isUnanswered(error)) throw error;
      throw unanswered(error);
    }
  }

  #noWorker(cause: unknown): TemporalUnavailableError {
    const reason = 'is there, but no worker answers';
    return new TemporalUnavailableError(this.#address, { reason, nextStep: START_A_WORKER, cause });
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }
}

/** No worker polls, or none answered before the deadline. */
function isUnanswered(error: unknown): boolean {
  const cause = error instanceof TemporalUnavailableError ? error.cause : error;
  if (cause instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return true;
  // A server under load ends the call itself at the deadline, and then names neither code.
  const endedByServer = grpcCodeOf(cause) === CANCELLED || /deadline exceeded/iu.test(detailsOf(cause));
  return isGrpcDeadlineError(cause) || grpcCodeOf(cause) === FAILED_PRECONDITION || endedByServer;
}

function explain(error: unknown): Omit<TemporalUnavailableOptions, 'cause'> | undefined {
  if (error instanceof NamespaceNotFoundError) {
    return { reason: 'does not know our namespace', nextStep: 'Register it, or correct TEMPORAL_NAMESPACE.' };
  }
  if (error instanceof QueryRejectedError) return undefined;
  switch (grpcCodeOf(error)) {
    case UNAVAILABLE:
    case DEADLINE_EXCEEDED:
      return { reason: 'does not answer', nextStep: START_IT };
    case RESOURCE_EXHAUSTED:
      // Of a single workflow it takes ten unanswered updates.
      return { reason: 'has too much to do, for this job or in all', nextStep: 'Ask again in a moment.' };
    case UNAUTHENTICATED:
    case PERMISSION_DENIED:
      return {
        reason: 'refuses us',
        nextStep: 'Check TEMPORAL_API_KEY or the TLS settings (TEMPORAL_TLS…).',
      };
    case INVALID_ARGUMENT:
      if (!/search attribute/iu.test(detailsOf(error))) return undefined;
      return {
        reason: 'does not know our search attributes yet',
        nextStep: `${START_A_WORKER} It registers them when it starts.`,
      };
    case undefined:
    default:
      return undefined;
  }
}

function grpcCodeOf(error: unknown): number | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (isGrpcServiceError(cause)) return cause.code;
  }
  return undefined;
}

function detailsOf(error: unknown): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (isGrpcServiceError(cause)) return cause.details;
  }
  return '';
}
