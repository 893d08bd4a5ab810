import type { FastifyReply } from 'fastify';
import type { PageRequest } from './page-request.js';
import { pageHeaders } from './security-headers.js';
import { layOut, type Page } from './views/layout.js';

/** Sends a page. `path`: its path for GET, if the request used another method. */
export async function sendPage(
  reply: FastifyReply,
  page: Page,
  about: { readonly request: PageRequest; readonly path?: string; readonly leadsOut?: boolean },
): Promise<FastifyReply> {
  const { request, path = request.path, leadsOut = false } = about;
  const { markup } = layOut(page, { texts: request.texts, path });
  const status = page.status ?? (page.problem === undefined ? 200 : 422);
  return await reply.code(status).headers(pageHeaders(leadsOut)).send(markup);
}

/** Redirects the browser, also after a form, to a page that is safe to reload. */
export async function sendOn(
  reply: FastifyReply,
  to: string,
  cookies: readonly string[] = [],
): Promise<FastifyReply> {
  for (const cookie of cookies) reply.header('set-cookie', cookie);
  return await reply.headers({ 'cache-control': 'no-store', location: to }).code(303).send();
}
