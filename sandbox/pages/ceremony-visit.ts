import type { FastifyReply, FastifyRequest } from 'fastify';
import type { SandboxParts } from '../sandbox-parts.js';
import type { BrowserSessions } from './browser-sessions.js';
import { findCeremony, type Ceremony } from './find-ceremony.js';
import { sendOn, sendPage } from './page-reply.js';
import { readPageRequest, type PageRequest } from './page-request.js';
import { notFoundPage } from './views/message-page.js';

/** A request about an existing ceremony. */
export interface AtCeremony {
  readonly request: PageRequest;
  readonly reply: FastifyReply;
  readonly ceremony: Ceremony;
}

/**
 * Makes handlers for routes below a ceremony. A visitor without access gets the page that explains what is missing,
 * unless the route needs no access.
 */
export function ceremonyVisits(parts: SandboxParts, sessions: BrowserSessions) {
  return (answer: (where: AtCeremony) => Promise<FastifyReply>, needsAccess = true) =>
    async (
      incoming: FastifyRequest<{ Params: { key: string } }>,
      reply: FastifyReply,
    ): Promise<FastifyReply> => {
      const request = readPageRequest(incoming);
      const { key } = incoming.params;
      const ceremony = await findCeremony(parts, sessions, { ...request, key });
      if (ceremony === undefined) return await sendPage(reply, notFoundPage(request.texts), { request });
      if (needsAccess && ceremony.access !== 'OPEN') return await sendOn(reply, ceremony.path);
      return await answer({ request, reply, ceremony });
    };
}
