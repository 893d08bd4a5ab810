import { readFileSync } from 'node:fs';
import { SigningError } from '@signering/client';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import { addBatchRoutes } from '../batches/batch-routes.js';
import { isDatabaseError } from '../database/open-database.js';
import { addDraftRoutes } from '../drafts/draft-routes.js';
import { addJobRoutes } from '../jobs/job-routes.js';
import { refuseStream, wantsStream } from '../live/live-streams.js';
import { addLoginRoutes } from '../login/login-routes.js';
import { accessibilityPage, refusalPage } from '../pages/plain-pages.js';
import { addPeopleRoutes } from '../people/people-routes.js';
import { nameOfError, PortalRefusal } from '../portal-refusal.js';
import { cookiesOf } from './cookies.js';
import { languageOf } from './language.js';
import type { PortalParts } from './portal-parts.js';
import {
  contextOf,
  findSession,
  formOf,
  hasFormToken,
  keepSession,
  ownPath,
  pageOfForm,
  plainContextOf,
  sendOn,
  sendPage,
  sessionIdOf,
  sessionOf,
} from './portal-request.js';
import { commonHeaders } from './security-headers.js';

/** Of a form without files. */
const BODY_LIMIT_BYTES = 64 * 1024;
/** For a whole request, an upload included. */
const REQUEST_TIMEOUT_MS = 120_000;

/** What load balancers ask for and browsers load, also while the database does not answer. */
const NEEDS_NO_SESSION = /^\/(?:assets\/.+|healthz|readyz)$/u;

/** The web server of the portal. */
export function createServer(parts: PortalParts): FastifyInstance {
  const cookies = cookiesOf(parts.url);
  const headers = commonHeaders(parts.url);
  const server = Fastify({
    logger: false,
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    // An address that cannot be decoded, or with an id that is too long: no hook runs for it, so no session is known.
    frameworkErrors: ({ code }, request, reply) => {
      const { reason, status } = new PortalRefusal(
        code === 'FST_ERR_MAX_PARAM_LENGTH' ? 'NOT_FOUND' : 'INVALID_REQUEST',
      );
      const context = { ...plainContextOf(cookies, request), path: '/' };
      void sendPage((reply as FastifyReply).headers(headers), refusalPage(reason, status, context), context);
    },
  });
  server.addHook('onRequest', async (request, reply) => {
    void reply.headers(headers);
    // Browsers say where a form comes from. What says nothing is checked by the token alone.
    const { origin, 'sec-fetch-site': site } = request.headers;
    const isForeign = (origin !== undefined && origin !== parts.url) || site === 'cross-site';
    if (isForeign && request.method !== 'GET' && request.method !== 'HEAD') {
      throw new PortalRefusal('FORM_REFUSED');
    }
    if (NEEDS_NO_SESSION.test(request.routeOptions.url ?? '')) return;
    const isUse = request.routeOptions.config.isLive !== true;
    const session = await parts.sessions.find(sessionIdOf(request, cookies), { isUse });
    if (session !== undefined) keepSession(request, session);
  });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => done(null, new URLSearchParams(String(body))),
  );
  server.setErrorHandler(async (error, request, reply) => {
    const refusal = refusalOf(error);
    if (refusal.reason === 'FAILED' || isDatabaseError(error) || error instanceof SigningError) {
      const name = nameOfError(error);
      parts.report(`${request.method} ${request.routeOptions.url ?? 'of an unknown page'} failed: ${name}.`);
    }
    if (wantsStream(request) && !refusal.isTemporary) return await refuseStream(reply);
    // The name of the person may be what cannot be read.
    const context = await contextOf(parts, cookies, request).catch(() => plainContextOf(cookies, request));
    const page = refusalPage(refusal.reason, refusal.status, { ...context, path: pageOfForm(request.url) });
    return await sendPage(reply, page, context);
  });
  server.setNotFoundHandler(() => {
    throw new PortalRefusal('NOT_FOUND');
  });
  server.get('/healthz', () => ({ status: 'ok' }));
  server.get('/readyz', async (_request, reply) => {
    const database = await parts.database.tables
      .selectFrom('people')
      .select('id')
      .limit(1)
      .execute()
      .then(
        () => true,
        () => false,
      );
    const issuer = await parts.login.isReady();
    return await reply.code(database && issuer ? 200 : 503).send({ database, issuer });
  });
  addAssets(server);
  server.get('/accessibility', async (request, reply) => {
    const context = await contextOf(parts, cookies, request);
    return await sendPage(reply, accessibilityPage(context), context);
  });
  server.get<{ Params: { language: string }; Querystring: { back?: string } }>(
    '/language/:language',
    async ({ params, query }, reply) => {
      const chosen = languageOf(params.language, undefined);
      const year = 365 * 24 * 60 * 60;
      return await sendOn(reply, ownPath(query.back), [cookies.write(cookies.language, chosen, year)]);
    },
  );
  addLoginRoutes(server, parts, cookies);
  void server.register((inside, _options, done) => {
    inside.addHook('onRequest', async (request, reply) => {
      if (findSession(request) !== undefined) return;
      // A redirect would lose what was typed: the browser's back button shows it again. A stream would end at the log-in page.
      if (request.method === 'POST' || wantsStream(request)) throw new PortalRefusal('SESSION_ENDED');
      await sendOn(reply, `/login?back=${encodeURIComponent(request.url)}`);
    });
    inside.addHook('preHandler', (request, _reply, done) => {
      const isChecked = request.method !== 'POST' || request.routeOptions.config.checksToken === true;
      const isOwn = isChecked || hasFormToken(request, formOf(request)['formToken']);
      done(isOwn ? undefined : new PortalRefusal('FORM_REFUSED'));
    });
    inside.get('/', async (_request, reply) => await sendOn(reply, '/waiting'));
    inside.post('/organization', async (request, reply) => {
      const session = sessionOf(request);
      const { organization = '' } = formOf(request);
      if (!session.organizations.includes(organization)) throw new PortalRefusal('NOT_FOUND');
      await parts.sessions.chooseOrganization(session, organization);
      await parts.audit.write({ action: 'ORGANIZATION_CHOSEN', personId: session.personId, organization });
      return await sendOn(reply, '/');
    });
    addDraftRoutes(inside, parts, cookies);
    addJobRoutes(inside, parts, cookies);
    addPeopleRoutes(inside, parts, cookies);
    addBatchRoutes(inside, parts, cookies);
    done();
  });
  return server;
}

/** Style sheets, scripts and the icon: the only files of the portal that need no log-in. */
function addAssets(server: FastifyInstance): void {
  const own = (name: string): string => readFileSync(new URL(`../../pages/${name}`, import.meta.url), 'utf8');
  const of = (module: string): string => readFileSync(new URL(import.meta.resolve(module)), 'utf8');
  const assets = [
    ['theme.css', 'text/css', of('@digdir/designsystemet-theme')],
    ['designsystemet.css', 'text/css', of('@digdir/designsystemet-css')],
    ['portal.css', 'text/css', own('portal.css')],
    ['portal.js', 'text/javascript', own('portal.js')],
    ['live.js', 'text/javascript', own('live.js')],
    ['icon.svg', 'image/svg+xml', own('icon.svg')],
  ] as const;
  for (const [name, type, content] of assets) {
    server.get(`/assets/${name}`, async (_request, reply) => {
      return await reply
        .header('cache-control', 'public, max-age=3600')
        .type(`${type}; charset=utf-8`)
        .send(content);
    });
  }
}

/** What the answer says about an error. */
function refusalOf(error: unknown): PortalRefusal {
  if (error instanceof PortalRefusal) return error;
  if (error instanceof SigningError && error.retryable)
    return new PortalRefusal('UNAVAILABLE', { cause: error });
  if (isDatabaseError(error)) return new PortalRefusal('UNAVAILABLE', { cause: error });
  const status = (error as Partial<FastifyError>).statusCode ?? 500;
  if (status === 413) return new PortalRefusal('TOO_LARGE', { cause: error });
  return new PortalRefusal(status < 500 ? 'INVALID_REQUEST' : 'FAILED', { cause: error });
}
