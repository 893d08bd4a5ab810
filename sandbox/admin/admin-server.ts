import { STATUS_CODES } from 'node:http';
import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { CeremonyRefusal } from '../ceremony/ceremony-refusal.js';
import type { FaultySandbox } from '../faults/faulty-sandbox.js';
import { pagesFor } from '../pages/pages.js';
import { AdminRefusal } from './admin-error.js';
import { ADMIN_ROUTES, describeClock, routeInWords } from './admin-routes.js';

/** The path of the admin interface: the version of its requests and responses. */
export const ADMIN_PATH = '/v1';

/** The parts that the admin interface uses. */
export interface AdminServerOptions {
  readonly parts: FaultySandbox;
  readonly stateId: string;
  /** What must hold for the sandbox to be ready, by name. */
  readonly readiness: () => Promise<Readonly<Record<string, boolean>>>;
}

/** The admin interface: plain HTTP and JSON, for this machine only. Responses may contain personal data, which is test data. */
export function createAdminServer({ parts, stateId, readiness }: AdminServerOptions): FastifyInstance {
  const server = Fastify({
    logger: false,
    forceCloseConnections: true,
    // The check of the name below answers a request without one.
    http: { requireHostHeader: false },
    frameworkErrors: (error, _request, reply) => {
      const refusal = refusalOf(error);
      (reply as FastifyReply).code(refusal.status).send(refusal.body);
    },
    // The request is not HTTP, so there is nothing to reply to but its socket.
    clientErrorHandler: ({ code }, socket) => {
      if (code === 'ECONNRESET' || !socket.writable) return;
      socket.end(rawAnswer(new AdminRefusal('INVALID_REQUEST', `The request is not valid HTTP (${code}).`)));
    },
  });
  server.addHook('onRequest', (request, _reply, done) => done(originRefusal(request)));
  // Parses any body as JSON, regardless of its type; acting as a signer needs no body.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, body === '' ? undefined : JSON.parse(String(body)));
    } catch {
      done(new AdminRefusal('INVALID_REQUEST', 'The body is not JSON.'));
    }
  });
  server.setErrorHandler(async (error, _request, reply) => {
    const refusal = refusalOf(error);
    if (refusal.code === 'INTERNAL_ERROR') parts.report(`The admin interface failed: ${refusal.message}`);
    return await reply.code(refusal.status).send(refusal.body);
  });
  server.setNotFoundHandler((request) => {
    const what = `${request.method} ${request.url.replace(/\?.*$/su, '')}`;
    throw new AdminRefusal('NOT_FOUND', `${what} does not exist: GET ${ADMIN_PATH} lists the requests.`);
  });
  server.get('/healthz', () => ({ status: 'ok' }));
  server.get('/readyz', async (_request, reply) => {
    const checks = await readiness();
    return await reply.code(Object.values(checks).every(Boolean) ? 200 : 503).send(checks);
  });
  void server.register(pagesFor(parts), { prefix: '/pages' });
  void server.register(
    (routes) => {
      routes.get('/', () => ({
        name: 'signering sandbox: admin interface',
        routes: Object.fromEntries(ADMIN_ROUTES.map((route) => [routeInWords(route), route.purpose])),
        stateId,
        ...parts.urls,
        clock: describeClock(parts),
      }));
      const methodsOf = new Map<string, string[]>([['/', ['GET', 'HEAD']]]);
      for (const { method, path, status = 200, answer } of ADMIN_ROUTES) {
        const url = path.replaceAll(/\{(\w+)\}/gu, ':$1');
        routes.route({
          method,
          url,
          handler: async ({ params, body }, reply) =>
            await reply.code(status).send(await answer({ parts, params, body })),
        });
        methodsOf.set(url, [...(methodsOf.get(url) ?? []), method, ...(method === 'GET' ? ['HEAD'] : [])]);
      }
      for (const [url, methods] of methodsOf) refuseOtherMethods(routes, url, methods);
      return Promise.resolve();
    },
    { prefix: ADMIN_PATH },
  );
  return server;
}

/** A web page must not reach this interface, also not through its own host name that resolves to this machine. */
function originRefusal({ hostname, headers }: FastifyRequest): AdminRefusal | undefined {
  const isLocal = /^(?:127\.0\.0\.1|localhost)$/u.test(hostname);
  // Pages of this server may have either of its two names as their origin.
  const { origin, host = '' } = headers;
  if (isLocal && (origin === undefined || origin === `http://${host}`)) return undefined;
  return new AdminRefusal(
    'FOREIGN_ORIGIN',
    'Only programs and pages of this machine may call the sandbox, by the name 127.0.0.1 or localhost.',
  );
}

function refuseOtherMethods(routes: FastifyInstance, url: string, methods: readonly string[]): void {
  routes.route({
    method: routes.supportedMethods.filter((method) => !methods.includes(method)),
    url,
    handler: (request, reply) => {
      void reply.header('allow', methods.join(', '));
      throw new AdminRefusal(
        'METHOD_NOT_ALLOWED',
        `${request.method} is not possible for ${request.url}, only ${methods.join(', ')}.`,
      );
    },
  });
}

/** What the response says about an error. */
function refusalOf(error: unknown): AdminRefusal {
  if (error instanceof AdminRefusal) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof CeremonyRefusal) return new AdminRefusal('SIGNER_CANNOT_ACT', message);
  // Errors of Fastify, such as a body of the wrong length.
  const status = (error as Partial<FastifyError>).statusCode ?? 500;
  if (status === 413) return new AdminRefusal('REQUEST_TOO_LARGE', message);
  return new AdminRefusal(status < 500 ? 'INVALID_REQUEST' : 'INTERNAL_ERROR', message);
}

function rawAnswer({ status, body }: AdminRefusal): string {
  const content = JSON.stringify(body);
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'connection: close',
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(content)}`,
    '',
    content,
  ].join('\r\n');
}
