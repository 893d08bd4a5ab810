import type { FastifyInstance } from 'fastify';
import { loggedOutPage } from '../pages/plain-pages.js';
import { PortalRefusal } from '../portal-refusal.js';
import { cookieOf, type Cookies } from '../server/cookies.js';
import type { PortalParts } from '../server/portal-parts.js';
import {
  checkFormToken,
  contextOf,
  findSession,
  formOf,
  ownPath,
  sendOn,
  sendPage,
} from '../server/portal-request.js';

/** The path to which the issuer sends the browser back. */
export const CALLBACK_PATH = '/login/callback';

/** Log-in at the issuer, and log-out. */
export function addLoginRoutes(server: FastifyInstance, parts: PortalParts, cookies: Cookies): void {
  const { login, sessions, people, audit } = parts;
  server.get<{ Querystring: { back?: string } }>('/login', async ({ query }, reply) => {
    const begun = await login.begin();
    const id = await sessions.keepLogin(begun, ownPath(query.back));
    return await reply
      .code(303)
      .header('set-cookie', cookies.write(cookies.login, id))
      .header('location', begun.url)
      .send();
  });
  server.get(CALLBACK_PATH, async (request, reply) => {
    // Only the browser that began the log-in has its cookie: a link cannot log a person in as another one.
    const begun = await sessions.takeLogin(cookieOf(request.headers.cookie, cookies.login));
    if (begun === undefined) throw new PortalRefusal('LOGIN_REFUSED');
    const user = await login.finish(new URL(request.url, parts.url), begun);
    const personId = await people.recognise(user);
    const organization = personId === undefined ? undefined : await people.firstOrganizationOf(personId);
    if (personId === undefined || organization === undefined) {
      await audit.write({ action: 'LOGIN_REFUSED', ...(personId !== undefined && { personId }) });
      throw new PortalRefusal('NOT_A_MEMBER');
    }
    const earlier = findSession(request);
    if (earlier !== undefined) await sessions.end(earlier);
    const session = await sessions.start(personId, organization);
    await audit.write({ action: 'LOGGED_IN', personId, organization });
    return await sendOn(reply, begun.returnTo, [
      cookies.write(cookies.session, session),
      cookies.remove(cookies.login),
    ]);
  });
  server.post('/logout', async (request, reply) => {
    const session = findSession(request);
    if (session !== undefined) {
      checkFormToken(request, formOf(request)['formToken']);
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
