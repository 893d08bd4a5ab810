import { AsyncLocalStorage } from 'node:async_hooks';
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createNetServer, type Server as NetServer, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { organizationNumberOf } from '@signering/signatures';
import type { ApiAnswer, ApiCall } from '../api/api-call.js';
import type { Identities } from '../identities.js';
import { guardClientCertificate } from './guard-client-certificate.js';
import { readBody } from './read-body.js';
import { sendAnswer } from './send-answer.js';

/** The argument of {@link createApiServer}. */
export interface ApiServerOptions {
  readonly identities: Identities;
  readonly answer: (call: ApiCall) => Promise<ApiAnswer | undefined>;
  /** The sandbox's time, for the header `Date`. */
  readonly now: () => Date;
  readonly report: (line: string) => void;
}

/** The API server: two-way TLS 1.2, the only version that the service documents. */
export interface ApiServer {
  /** For listening and for its port. */
  readonly listener: NetServer;
  /** Stops listening and ends every connection, answered or not. */
  disconnect(): void;
  /** Waits, after {@link disconnect}, for the work of disconnected calls. */
  finished(): Promise<void>;
}

/**
 * The TCP connection of a request. TLS runs over our own stream in front of it, which cannot reset the connection.
 */
const CONNECTIONS = new AsyncLocalStorage<Socket>();

export function createApiServer(options: ApiServerOptions): ApiServer {
  const { server: identity, authority } = options.identities;
  const inHand = new Set<Promise<void>>();
  const https: HttpsServer = createHttpsServer(
    {
      key: identity.privateKeyPem,
      cert: identity.chainPem,
      ca: [authority.rootPem, authority.intermediatePem],
      requestCert: true,
      rejectUnauthorized: true,
      minVersion: 'TLSv1.2',
      maxVersion: 'TLSv1.2',
    },
    (request, response) => {
      const handled = handle(options, request, response)
        .catch((error: unknown) => {
          // A client that disconnects during its request is not an error.
          if (!request.destroyed) options.report(`The API server failed: ${String(error)}`);
          response.destroy();
        })
        .finally(() => inHand.delete(handled));
      inHand.add(handled);
    },
  );
  // Longer than clients keep idle connections, so that no client sends a request on a closing connection.
  https.keepAliveTimeout = 75_000;
  const sockets = new Set<Socket>();
  let stopped: Promise<void> | undefined;
  const listener = createNetServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('close', () => sockets.delete(socket));
    CONNECTIONS.run(socket, () => https.emit('connection', guardClientCertificate(socket, authority)));
  });
  return {
    listener,
    disconnect: () => {
      if (listener.listening) stopped = new Promise((resolve) => listener.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      https.closeAllConnections();
    },
    finished: async () => {
      await stopped;
      await Promise.all(inHand);
    },
  };
}

async function handle(
  options: ApiServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const answer = await options.answer({
    method: request.method ?? 'GET',
    url: request.url ?? '/',
    headers: headersOf(request),
    body: readBody(request),
    certificateOrganization: certificateOrganizationOf(request),
    isAbandoned: () => response.destroyed || response.writableEnded,
  });
  if (answer === undefined) {
    response.destroy();
    return;
  }
  const connection = CONNECTIONS.getStore();
  await sendAnswer(answer, {
    response,
    now: options.now(),
    reset: () => {
      if (connection === undefined) response.destroy();
      else connection.resetAndDestroy();
    },
  });
}

function headersOf(request: IncomingMessage): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : value,
    ]),
  );
}

/** The organisation of the client's certificate; empty for a certificate without one, which is then unauthorised. */
function certificateOrganizationOf(request: IncomingMessage): string {
  if (!(request.socket instanceof TLSSocket)) return '';
  return organizationNumberOf(request.socket.getPeerCertificate().raw) ?? '';
}
