import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Server, Socket } from 'node:net';
import { TLSSocket, type SecureVersion } from 'node:tls';
import type { IssuedCertificate } from '@signering/sandbox/internal/certificates/index.js';
import { createSigningApi, type SigningApi, type SigningApiOptions } from '@signering/signing-api';
import { SENDER_ORGANIZATION, testCertificates } from './test-certificates.js';

/** A request as it arrived, whole. */
export interface ReceivedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The organisation of the client's certificate. */
  readonly clientName: string;
}

export type Answer = (response: ServerResponse, request: ReceivedRequest) => void;

/** An HTTPS server that stands for the service, and an API client that trusts it. */
export interface TestService {
  readonly api: SigningApi;
  readonly root: string;
  readonly requests: readonly ReceivedRequest[];
  /** What the next requests are answered with. */
  answer: Answer;
  /** Looks at a request before its body is read; true when it has dealt with it. */
  intercept: ((request: IncomingMessage) => boolean) | undefined;
  stop(): Promise<void>;
}

export interface TestServiceOptions {
  readonly certificate?: IssuedCertificate;
  readonly maxVersion?: SecureVersion;
  readonly api?: Partial<SigningApiOptions>;
}

export async function startTestService(options: TestServiceOptions = {}): Promise<TestService> {
  const { authority, service: ownCertificate, sender, trusted } = await testCertificates();
  const certificate = options.certificate ?? ownCertificate;
  const requests: ReceivedRequest[] = [];
  const server = createServer({
    key: certificate.privateKeyPem,
    cert: certificate.chainPem,
    ca: [authority.rootPem],
    requestCert: true,
    rejectUnauthorized: true,
    ...(options.maxVersion && { maxVersion: options.maxVersion }),
  });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (service.intercept?.(request)) return;
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const received = {
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks),
        clientName: clientNameOf(request),
      };
      requests.push(received);
      service.answer(response, received);
    });
  });
  const stopServer = await listen(server);
  const root = `https://127.0.0.1:${portOf(server)}/api`;
  const api = createSigningApi({
    apiUrl: root,
    certificate: sender,
    trustedCertificates: trusted,
    rateLimit: { callsPerSecond: 1000 },
    ...options.api,
  });
  const service: TestService = {
    api,
    root,
    requests,
    answer: (response) => response.end(),
    intercept: undefined,
    stop: async () => {
      await api.close();
      await stopServer();
    },
  };
  return service;
}

/** Lets a server listen on a free port of this machine; what is returned stops it with every connection. */
export async function listen(server: Server): Promise<() => Promise<void>> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
}

export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** The address of something below a job of the sender. */
export function jobUrl(root: string, path: string): string {
  return `${root}/${SENDER_ORGANIZATION}/portal/signature-jobs/1/${path}`;
}

function clientNameOf(request: IncomingMessage): string {
  return request.socket instanceof TLSSocket ? String(request.socket.getPeerCertificate().subject.O) : '';
}
