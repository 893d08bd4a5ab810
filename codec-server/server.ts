import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import type { AuditLog } from './audit-log.js';
import type { Authentication, Caller, Role } from './caller.js';
import { CodecRefusal } from './codec-error.js';
import { PayloadsJson, type CodecPayloads } from './payloads.js';

/** The parts of a codec server. */
export interface CodecServerParts {
  readonly authentication: Authentication;
  readonly payloads: CodecPayloads;
  readonly audit: AuditLog;
  /** Origins of Temporal Web. */
  readonly origins: readonly string[];
  /** Called with one sentence about an internal error. */
  readonly report: (sentence: string) => void;
}

/** 10 MB: a page of a history in Temporal Web is one request. */
const BODY_LIMIT_BYTES = 10 * 1024 * 1024;
/** For a whole request; a slow sender must not hold a connection. */
const REQUEST_TIMEOUT_MS = 30_000;
/** The request headers of Temporal Web and the `temporal` command. */
const ALLOWED_HEADERS = 'authorization, authorization-extras, content-type, x-namespace';
const PREFLIGHT_MAX_AGE_SECONDS = '600';

/**
 * Serves Temporal's remote codec protocol. Spec: Temporal's documentation, "Codec Server": POST /encode and /decode
 * with `{ "payloads": [ … ] }`.
 */
export function createServer(parts: CodecServerParts): FastifyInstance {
  const { authentication, audit, origins, report } = parts;
  const server = Fastify({
    logger: false,
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    frameworkErrors: (error, _request, reply) => {
      const { status, body } = refusalOf(error);
      (reply as FastifyReply).code(status).send(body);
    },
  });
  server.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers;
    void reply.header('cache-control', 'no-store').header('vary', 'Origin');
    if (origin === undefined) return;
    if (!origins.includes(origin)) {
      throw new CodecRefusal(
        'FOREIGN_ORIGIN',
        'Pages of this origin may not call the codec server. If it is the origin of Temporal Web, add it to SIGNERING_CODEC_ORIGINS.',
      );
    }
    void reply.header('access-control-allow-origin', origin);
    if (request.method === 'OPTIONS') {
      await reply
        .code(204)
        .header('access-control-allow-methods', 'POST')
        .header('access-control-allow-headers', ALLOWED_HEADERS)
        .header('access-control-max-age', PREFLIGHT_MAX_AGE_SECONDS)
        .send();
    }
  });
  // Parses any body as JSON, regardless of its type.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, JSON.parse(String(body)));
    } catch {
      done(new CodecRefusal('INVALID_REQUEST', 'The body is not JSON.'));
    }
  });
  server.setErrorHandler(async (error, _request, reply) => {
    const { status, body, code } = refusalOf(error);
    if (code === 'INTERNAL_ERROR')
      report(`A request failed: ${error instanceof Error ? error.name : 'unknown'}.`);
    if (status === 401) void reply.header('www-authenticate', 'Bearer');
    return await reply.code(status).send(body);
  });
  server.setNotFoundHandler(() => {
    throw new CodecRefusal(
      'NOT_FOUND',
      'The codec server has POST /decode, POST /encode, /healthz and /readyz.',
    );
  });
  server.get('/healthz', () => ({ status: 'ok' }));
  server.get('/readyz', async (_request, reply) => {
    const [issuer, auditLog] = await Promise.all([authentication.isReady(), audit.isReady()]);
    return await reply.code(issuer && auditLog ? 200 : 503).send({ issuer, auditLog });
  });
  for (const prefix of authentication.tokenInPath ? ['', '/:token'] : ['']) {
    const guard = { onRequest: authenticate };
    server.post(`${prefix}/decode`, guard, async (request) => await decode(parts, request));
    server.post(`${prefix}/encode`, guard, async (request) => await encode(parts, request));
  }
  return server;

  /** Before the body is read. */
  async function authenticate(request: FastifyRequest): Promise<void> {
    const caller = await authentication.callerOf(tokenOf(request));
    if (caller.roles.size === 0) throw roleMissing('a role of this codec server');
    callers.set(request, caller);
  }
}

const callers = new WeakMap<FastifyRequest, Caller>();

async function decode({ payloads, audit }: CodecServerParts, request: FastifyRequest): Promise<object> {
  const { who, roles } = callerOf(request);
  const role = (['FULL', 'MASKED'] as const).find((one) => roles.has(one));
  if (role === undefined) throw roleMissing('the role FULL or MASKED');
  const body = parseBody(request);
  const decoded = await payloads.decode(body.payloads, { masked: role === 'MASKED' });
  await audit.write({
    operation: 'decode',
    who,
    role,
    namespace: namespaceOf(request),
    payloads: decoded.payloads.length,
    undecryptable: decoded.undecryptable,
  });
  return { payloads: decoded.payloads };
}

async function encode({ payloads, audit }: CodecServerParts, request: FastifyRequest): Promise<object> {
  const { who, roles } = callerOf(request);
  const body = parseBody(request);
  // Temporal Web and the `temporal` command send {} before a query without arguments, also for readers.
  if (body.payloads.length === 0) return { payloads: [] };
  const role: Role = 'ENCODE';
  if (!roles.has(role)) throw roleMissing(`the role ${role}`);
  const encoded = await payloads.encode(body.payloads);
  await audit.write({
    operation: 'encode',
    who,
    role,
    namespace: namespaceOf(request),
    payloads: encoded.length,
  });
  return { payloads: encoded };
}

function callerOf(request: FastifyRequest): Caller {
  const caller = callers.get(request);
  if (caller === undefined) throw new TypeError('The request was not authenticated.');
  return caller;
}

function parseBody(request: FastifyRequest): ReturnType<typeof PayloadsJson.parse> {
  const parsed = PayloadsJson.safeParse(request.body);
  if (parsed.success) return parsed.data;
  throw new CodecRefusal(
    'INVALID_REQUEST',
    'The body must be { "payloads": [ … ] }, with metadata and data in base64.',
  );
}

function tokenOf({ headers, params }: FastifyRequest): string {
  const { token } = params as { readonly token?: string };
  const [, bearer] = /^Bearer +(\S+)$/iu.exec(headers.authorization ?? '') ?? [];
  const found = token ?? bearer;
  if (found !== undefined) return found;
  throw new CodecRefusal('UNAUTHENTICATED', 'The request has no token: send Authorization: Bearer TOKEN.');
}

function namespaceOf({ headers }: FastifyRequest): string {
  return String(headers['x-namespace'] ?? '');
}

function roleMissing(role: string): CodecRefusal {
  return new CodecRefusal('ROLE_MISSING', `The token is valid, and does not grant ${role}.`);
}

/** What the response says about an error. */
function refusalOf(error: unknown): CodecRefusal {
  if (error instanceof CodecRefusal) return error;
  // Errors of Fastify, such as a body of the wrong length.
  const status = (error as Partial<FastifyError>).statusCode ?? 500;
  if (status === 413) {
    return new CodecRefusal('REQUEST_TOO_LARGE', `The body has more than ${BODY_LIMIT_BYTES} bytes.`);
  }
  if (status < 500) return new CodecRefusal('INVALID_REQUEST', 'The request is not valid.', error);
  return new CodecRefusal('INTERNAL_ERROR', 'The codec server failed. Its log names the error.', error);
}
