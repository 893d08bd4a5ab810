import type { TLSSocket } from 'node:tls';
import { Client } from 'undici';
import { ConnectionFailure } from './connection-failure.js';
import type { TrustingConnector } from './trusting-connector.js';

/** Limits of the pool and timeouts of its requests. */
export interface ConnectionPoolOptions {
  readonly connect: TrustingConnector;
  /** At a time, over all hosts. */
  readonly maxConnections: number;
  /** How long to wait for a connection to become free, in milliseconds. */
  readonly waitMs: number;
  /** From a request's last byte until its answer begins, in milliseconds. */
  readonly answerTimeoutMs: number;
}

/** The connection that a call needs. */
export interface ConnectionWish {
  readonly url: URL;
  /** A new connection: a kept one may break while the request is written to it. */
  readonly fresh: boolean;
}

/** An open connection, for one request. */
export interface Connection {
  readonly client: Client;
  /** To be called when the answer has been read or the connection is broken. */
  readonly release: () => void;
}

interface Kept {
  readonly origin: string;
  readonly client: Client;
  /** The socket, until the client takes it with the first request. */
  readonly untouched: () => TLSSocket | undefined;
}

/**
 * Opens connections before a call takes its turn: the service counts calls as they arrive, and a call that still had to
 * connect would arrive together with later ones.
 */
export class ConnectionPool {
  readonly #options: ConnectionPoolOptions;
  readonly #all = new Set<Kept>();
  readonly #idle: Kept[] = [];
  readonly #waiting: (() => void)[] = [];
  #count = 0;
  #closed = false;
  /** Connections that are not lent again. */
  readonly #retired = new WeakSet<Kept>();

  constructor(options: ConnectionPoolOptions) {
    this.#options = options;
  }

  /** @throws ConnectionFailure when none can be made, or none becomes free in time */
  async acquire({ url, fresh }: ConnectionWish): Promise<Connection> {
    const { origin } = url;
    const kept = fresh ? undefined : this.#takeIdle((one) => one.origin === origin);
    if (kept !== undefined) return this.#lend(kept);
    if (this.#count >= this.#options.maxConnections) {
      // An idle connection to another host, or one that is not fresh, makes room.
      const unused = this.#takeIdle(() => true);
      if (unused === undefined) {
        await this.#waitForRoom();
        return this.acquire({ url, fresh });
      }
      this.#end(unused);
    }
    this.#count += 1;
    try {
      const socket = await this.#options.connect(url);
      return this.#lend(this.#createKept(url, socket));
    } catch (error) {
      this.#forget();
      throw error;
    }
  }

  /** Ends idle connections, and those in use when they are released. */
  retire(): void {
    for (const kept of this.#all) this.#retired.add(kept);
    for (const kept of this.#idle.splice(0)) this.#end(kept);
  }

  /** Ends every connection, also those in use. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const kept of this.#all) kept.untouched()?.destroy();
    await Promise.all([...this.#all].map(({ client }) => client.destroy()));
  }

  #createKept(url: URL, ready: TLSSocket): Kept {
    let first: TLSSocket | undefined = ready;
    const client = new Client(url.origin, {
      headersTimeout: this.#options.answerTimeoutMs,
      // Calls back asynchronously: undici ignores a synchronous callback.
      connect: (_, callback) => {
        const socket = first;
        first = undefined;
        const standing = socket?.errored ? Promise.reject(socket.errored) : Promise.resolve(socket);
        standing
          // Replaces a socket that has ended before anything was sent.
          .then((it) => (it === undefined || it.destroyed ? this.#options.connect(url) : it))
          .then(
            (it) => callback(null, it),
            (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), null),
          );
      },
    });
    const kept: Kept = { origin: url.origin, client, untouched: () => first };
    this.#all.add(kept);
    const endIfIdle = () => {
      // While it is in use, the failing request reports it.
      if (this.#takeIdle((one) => one === kept) !== undefined) this.#end(kept);
    };
    client.on('disconnect', endIfIdle);
    ready.once('close', endIfIdle);
    if (this.#closed) {
      ready.destroy();
      void client.destroy();
    }
    return kept;
  }

  #lend(kept: Kept): Connection {
    let released = false;
    return {
      client: kept.client,
      release: () => {
        if (released) return;
        released = true;
        this.#takeBack(kept);
      },
    };
  }

  #takeBack(kept: Kept): void {
    const stands = kept.client.stats.connected || kept.untouched()?.destroyed === false;
    if (!stands || this.#closed || this.#retired.has(kept)) {
      this.#end(kept);
      return;
    }
    this.#idle.push(kept);
    this.#waiting.shift()?.();
  }

  #end(kept: Kept): void {
    kept.untouched()?.destroy();
    void kept.client.destroy();
    this.#all.delete(kept);
    this.#forget();
  }

  #forget(): void {
    this.#count -= 1;
    this.#waiting.shift()?.();
  }

  #takeIdle(fits: (kept: Kept) => boolean): Kept | undefined {
    const index = this.#idle.findIndex(fits);
    return index < 0 ? undefined : this.#idle.splice(index, 1)[0];
  }

  #waitForRoom(): Promise<void> {
    const { waitMs, maxConnections } = this.#options;
    return new Promise((resolve, reject) => {
      const goOn = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(goOn), 1);
        reject(
          new ConnectionFailure(
            'TIMEOUT',
            `none of ${maxConnections} connections became free within ${waitMs} ms`,
          ),
        );
      }, waitMs);
      this.#waiting.push(goOn);
    });
  }
}
