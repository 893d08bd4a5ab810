import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isSameToken, type Session } from '../login/sessions.js';
import { layOut, type Page } from '../pages/layout.js';
import type { PageContext } from '../pages/page-context.js';
import { PortalRefusal } from '../portal-refusal.js';
import { TEXTS } from '../texts/index.js';
import { cookieOf, type Cookies } from './cookies.js';
import { languageOf } from './language.js';
import type { PortalParts } from './portal-parts.js';

const LAST_PAGE = 10_000;

const sessions = new WeakMap<FastifyRequest, Session>();

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route checks the token of its form itself, to show the form again with what was typed. */
    readonly checksToken?: boolean;
    /** The route keeps a page up to date: it is no use of the session. */
    readonly isLive?: boolean;
  }
}

/** Keeps the session that was found for a request. */
export function keepSession(request: FastifyRequest, session: Session): void {
  sessions.set(request, session);
}

/** The session of a request, if its browser is logged in. */
export function findSession(request: FastifyRequest): Session | undefined {
  return sessions.get(request);
}

/** The value of the session's cookie. */
export function sessionIdOf(request: FastifyRequest, { session }: Cookies): string | undefined {
  return cookieOf(request.headers.cookie, session);
}

/** The session of a request behind the log-in. */
export function sessionOf(request: FastifyRequest): Session {
  const session = sessions.get(request);
  if (session === undefined) throw new TypeError('The route is not behind the log-in.');
  return session;
}

/** Who does it, for the audit log. */
export function auditOf(request: FastifyRequest): {
  readonly personId: string;
  readonly organization: string;
} {
  const { personId, organization } = sessionOf(request);
  return { personId, organization };
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

/** The page of a list that an address names, from 1; the first one where it names none. */
export function pageOf({ page = '1' }: { readonly page?: string }): number {
  const asked = Number(page);
  return Number.isInteger(asked) && asked >= 1 && asked <= LAST_PAGE ? asked : 1;
}

/**
 * Whether a form comes from a page of this session and organisation. `SameSite` cookies alone do not stop pages of the same
 * site.
 */
export function hasFormToken(request: FastifyRequest, token: string | undefined): boolean {
  return token !== undefined && isSameToken(token, sessionOf(request).formToken);
}

/** The page on which a form stands, from the address to which it is posted. */
export function pageOfForm(url: string): string {
  const [, step] = /^(\/drafts\/[\w-]+\/(?:documents|signers|information))(?:\?|$)/u.exec(url) ?? [];
  const [, draft] = /^(\/drafts\/[\w-]+)\/(?:send|delete)$/u.exec(url) ?? [];
  const [, job] = /^(\/jobs\/[\w-]+)\/(?:cancel|again)$/u.exec(url) ?? [];
  const [, other] = /^(\/people|\/search)(?:\/|$)/u.exec(url) ?? [];
  const [, batch] = /^(\/batches(?:\/[\w-]+)?)(?:\/|$)/u.exec(url) ?? [];
  return batch ?? step ?? (draft === undefined ? undefined : `${draft}/summary`) ?? job ?? other ?? '/';
}

/** What pages know of a request whose person is not known. */
export function plainContextOf(cookies: Cookies, request: FastifyRequest): PageContext {
  const chosen = cookieOf(request.headers.cookie, cookies.language);
  const language = languageOf(chosen, request.headers['accept-language']);
  return { texts: TEXTS[language], language, path: request.method === 'GET' ? request.url : '/' };
}

/** What pages know of a request. `path`: the path of the page, where a form was posted to another one. */
export async function contextOf(
  { people, organizationNames }: Pick<PortalParts, 'people' | 'organizationNames'>,
  cookies: Cookies,
  request: FastifyRequest,
  path = request.url,
): Promise<PageContext> {
  const plain = plainContextOf(cookies, request);
  const session = findSession(request);
  const profile = session && (await people.profileOf(session.personId));
  return {
    ...plain,
    path: request.method === 'GET' ? path : '/',
    ...(session !== undefined && {
      person: {
        name: profile?.name ?? profile?.emailAddress ?? '',
        emailAddress: profile?.emailAddress ?? '',
        organization: session.organization,
        organizations: session.organizations.map((number) => {
          const name = organizationNames.get(number);
          return { number, ...(name !== undefined && { name }) };
        }),
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

/** References and names of the portal's making: nothing that a header could not hold. */
export async function sendCsv(
  reply: FastifyReply,
  name: string,
  content: string | Readable,
): Promise<FastifyReply> {
  return await reply
    .header('content-disposition', `attachment; filename="${name}"`)
    .type('text/csv; charset=utf-8')
    .send(content);
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
