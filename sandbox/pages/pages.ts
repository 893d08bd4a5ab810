import { readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import type { SandboxParts } from '../sandbox-parts.js';
import { BrowserSessions } from './browser-sessions.js';
import { addCeremonyRoutes } from './ceremony-routes.js';
import { writeCookie } from './cookies.js';
import { addDocumentRoutes } from './document-routes.js';
import { LANGUAGE_COOKIE, languageOf } from './language.js';
import { ownPath, readPageRequest } from './page-request.js';
import { sendOn, sendPage } from './page-reply.js';
import { addPortalRoutes } from './portal-routes.js';
import { addRedirectRoute } from './redirect-route.js';
import { emailsPage } from './views/emails-page.js';
import { messagePage, notFoundPage } from './views/message-page.js';

// The style sheet is in the source folder, one level above the compiled code.
const STYLE = readFileSync(new URL('../../pages/style.css', import.meta.url), 'utf8');
const ICON = readFileSync(new URL('../../pages/icon.svg', import.meta.url), 'utf8');
const LASTING = { 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' };

/** Registers the signing pages under `/pages` of a server. */
export function pagesFor(parts: SandboxParts): (pages: FastifyInstance) => Promise<void> {
  return (pages) => {
    const sessions = new BrowserSessions();
    pages.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string' },
      (_request, body, done) => done(null, new URLSearchParams(String(body))),
    );
    pages.setErrorHandler(async (error, incoming, reply) => {
      const request = readPageRequest(incoming);
      const { texts } = request;
      const status = statusOf(error);
      const isOurFault = status >= 500;
      if (isOurFault) parts.report(`A page failed: ${error instanceof Error ? error.message : 'unknown'}`);
      const page = messagePage(isOurFault ? texts.failed : texts.refused, { status });
      return await sendPage(reply, page, { request, path: '/pages' });
    });
    pages.setNotFoundHandler(async (incoming, reply) => {
      const request = readPageRequest(incoming);
      return await sendPage(reply, notFoundPage(request.texts), { request });
    });
    pages.get(
      '/style.css',
      async (_request, reply) => await reply.headers(LASTING).type('text/css; charset=utf-8').send(STYLE),
    );
    pages.get(
      '/icon.svg',
      async (_request, reply) => await reply.headers(LASTING).type('image/svg+xml').send(ICON),
    );
    pages.get<{ Params: { language: string }; Querystring: { back?: string } }>(
      '/language/:language',
      async ({ params, query }, reply) => {
        const cookie = writeCookie(LANGUAGE_COOKIE, languageOf({ chosen: params.language }));
        return await sendOn(reply, ownPath(query.back), [cookie]);
      },
    );
    pages.get('/emails', async (incoming, reply) => {
      const request = readPageRequest(incoming);
      return await sendPage(reply, emailsPage(request.texts, parts.emails.list()), { request });
    });
    addRedirectRoute(pages, parts);
    addPortalRoutes(pages, parts, sessions);
    addCeremonyRoutes(pages, parts, sessions);
    addDocumentRoutes(pages, parts, sessions);
    return Promise.resolve();
  };
}

/** The status code of an error, such as the rejection of another site's form. */
function statusOf(error: unknown): number {
  if (!(error instanceof Error)) return 500;
  if ('status' in error && typeof error.status === 'number') return error.status;
  return 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500;
}
