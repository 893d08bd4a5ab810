import type { FastifyInstance } from 'fastify';
import { loggedOutPage } from '../pages/plain-pages.js';
import { PortalRefusal } from '../portal-refusal.js';
import { cookieOf, type Cookies } from '../server/cookies.js';
import type { PortalParts } from '../server/portal-parts.js';
import { LOGIN_WITHIN_MS } from './sessions.js';
import {
  contextOf,
  findSession,
  formOf,
  hasFormToken,
  ownPath,
  sendOn,
  sendPage,
} from '../server/portal-request.js';

/** The path to which the issuer sends the browser back. */
export const CALLBACK_PATH = '/login/callback';

/** Log-in at the issuer, and log-out. */
export function addLoginRoutes(server: FastifyInstance, parts: PortalParts, cookies: Cookies): void {
  const { login, sessions, people, audit } = parts;
  server.get<{ Querystring: { back?: string } }>('/login', async ({ query, headers }, reply) => {
    const begun = await login.begin();
    const id = await sessions.keepLogin(begun, ownPath(query.back));
    return await reply
      .code(303)
      .header('set-cookie', [
        cookies.write(cookies.login(begun.state), id, LOGIN_WITHIN_MS / 1000),
        ...cookies.oldLogins(headers.cookie).map((name) => cookies.remove(name)),
      ])
      .header('location', begun.url)
      .send();
  });
  const failed = async (detail: string, cause?: unknown): Promise<PortalRefusal> => {
    await audit.write({ action: 'LOGIN_FAILED', detail });
    return new PortalRefusal('LOGIN_REFUSED', { cause });
  };
  server.get(CALLBACK_PATH, async (request, reply) => {
    const callback = new URL(request.url, parts.url);
    // Only the browser that began the log-in has its cookie: a link cannot log a person in as another one.
    const cookie = cookies.login(callback.searchParams.get('state') ?? '');
    const begun = await sessions.takeLogin(cookieOf(request.headers.cookie, cookie));
    if (begun === undefined) throw await failed('no log-in of this browser');
    const user = await login.finish(callback, begun).catch(async (error: unknown) => {
      const isRefused = error instanceof PortalRefusal && error.reason === 'LOGIN_REFUSED';
      throw isRefused ? await failed('refused by the issuer or its answer', error) : error;
    });
    const personId = await people.recognise(user);
    const organization = personId === undefined ? undefined : await people.firstOrganizationOf(personId);
    if (personId === undefined || organization === undefined) {
      if (personId === undefined) await audit.write({ action: 'LOGIN_REFUSED' });
      else {
        for (const one of await people.organizationsOf(personId)) {
          await audit.write({ action: 'LOGIN_REFUSED', personId, organization: one });
        }
      }
      throw new PortalRefusal('NOT_A_MEMBER');
    }
    const earlier = findSession(request);
    // Another tab has logged in meanwhile: its page goes on with its session.
    if (earlier?.personId === personId && earlier.startedAt > begun.begunAt) {
      return await sendOn(reply, begun.returnTo, [cookies.remove(cookie)]);
    }
    if (earlier !== undefined) await sessions.end(earlier);
    const session = await sessions.start(personId, organization);
    await audit.write({ action: 'LOGGED_IN', personId, organization });
    return await sendOn(reply, begun.returnTo, [
      cookies.write(cookies.session, session),
      cookies.remove(cookie),
    ]);
  });
  server.post('/logout', async (request, reply) => {
    const session = findSession(request);
    if (session !== undefined) {
      if (!hasFormToken(request, formOf(request)['formToken'])) throw new PortalRefusal('FORM_REFUSED');
      await sessions.end(session);
      await audit.write({
        action: 'LOGGED_OUT',
        personId: session.personId,
        organization: session.organization,
      });
    }
    return await sendOn(reply, '/logged-out', [cookies.remove(cookies.session)]);
  });
  server.get('/logged-out', async (request, reply) => {
    const context = await contextOf(parts, cookies, request);
    return await sendPage(reply, loggedOutPage(context), context);
  });
}
