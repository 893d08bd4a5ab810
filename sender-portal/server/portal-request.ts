import type { FastifyReply, FastifyRequest } from 'fastify';
import { isSameToken, type Session } from '../login/sessions.js';
import { layOut, type Page } from '../pages/layout.js';
import type { PageContext } from '../pages/page-context.js';
import { PortalRefusal } from '../portal-refusal.js';
import { TEXTS } from '../texts/index.js';
import { cookieOf, type Cookies } from './cookies.js';
import { languageOf } from './language.js';
import type { PortalParts } from './portal-parts.js';

const sessions = new WeakMap<FastifyRequest, Session>();

/** Keeps the session that was found for a request. */
export function keepSession(request: FastifyRequest, session: Session): void {
  sessions.set(request, session);
}

/** The session of a request, if its browser is logged in. */
export function findSession(request: FastifyRequest): Session | undefined {
  return sessions.get(request);
}

/** The session of a request behind the log-in. */
export function sessionOf(request: FastifyRequest): Session {
  const session = sessions.get(request);
  if (session === undefined) throw new TypeError('The route is not behind the log-in.');
  return session;
}

/** @throws PortalRefusal ROLE_MISSING */
export function demandManager(request: FastifyRequest): Session {
  const session = sessionOf(request);
  if (session.role !== 'ACCOUNT_MANAGER') throw new PortalRefusal('ROLE_MISSING');
  return session;
}

/** The fields of a form; of fields with the same name the last one. */
export function formOf(request: FastifyRequest): Readonly<Record<string, string>> {
  return request.body instanceof URLSearchParams ? Object.fromEntries(request.body) : {};
}

/**
 * Checks that a form comes from a page of this session. `SameSite` cookies alone do not stop pages of the same site.
 * @throws PortalRefusal FORM_REFUSED
 */
export function checkFormToken(request: FastifyRequest, token: string | undefined): void {
  const { formToken } = sessionOf(request);
  if (token === undefined || !isSameToken(token, formToken)) throw new PortalRefusal('FORM_REFUSED');
}

/** What pages know of a request. `path`: the path of the page, where a form was posted to another one. */
export async function contextOf(
  { people }: Pick<PortalParts, 'people'>,
  cookies: Cookies,
  request: FastifyRequest,
  path = request.url,
): Promise<PageContext> {
  const language = languageOf(
    cookieOf(request.headers.cookie, cookies.language),
    request.headers['accept-language'],
  );
  const session = findSession(request);
  const profile = session && (await people.profileOf(session.personId));
  return {
    texts: TEXTS[language],
    language,
    path: request.method === 'GET' ? path : '/',
    ...(session !== undefined && {
      person: {
        name: profile?.name ?? profile?.emailAddress ?? '',
        emailAddress: profile?.emailAddress ?? '',
        organization: session.organization,
        organizations: session.organizations,
        role: session.role,
        formToken: session.formToken,
      },
    }),
  };
}

export async function sendPage(reply: FastifyReply, page: Page, context: PageContext): Promise<FastifyReply> {
  return await reply
    .code(page.status ?? 200)
    .type('text/html; charset=utf-8')
    .send(layOut(page, context));
}

/** Sends the browser to a page that is safe to reload. Only paths of the portal itself are given. */
export async function sendOn(
  reply: FastifyReply,
  path: string,
  cookies: readonly string[] = [],
): Promise<FastifyReply> {
  for (const cookie of cookies) void reply.header('set-cookie', cookie);
  return await reply.code(303).header('location', path).send();
}

/** A path of this portal as the next page; anything else, such as an address of another site, becomes the front page. */
export function ownPath(path: string | undefined): string {
  const isOwn = path !== undefined && /^\/(?:[\w-][\w/.-]*)?(?:\?[\w=&%.-]*)?$/u.test(path);
  return isOwn && !path.includes('//') ? path : '/';
}
