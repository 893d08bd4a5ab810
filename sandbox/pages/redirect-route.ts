import type { FastifyInstance } from 'fastify';
import { enter, signerWithEntrance } from '../jobs/redirect-entrance.js';
import type { SandboxParts } from '../sandbox-parts.js';
import { writeCookie } from './cookies.js';
import { ceremonyKey, ceremonyPath, visitorCookie } from './find-ceremony.js';
import { readPageRequest } from './page-request.js';
import { sendOn, sendPage } from './page-reply.js';
import { messagePage } from './views/message-page.js';

/**
 * Handles redirect URLs: the first browser gets a cookie and may return, any other is rejected. HEAD does not count as
 * a visit, because link checkers would use up the URL.
 */
export function addRedirectRoute(pages: FastifyInstance, parts: SandboxParts): void {
  pages.get<{ Params: { token: string } }>(
    '/redirect/:token',
    { exposeHeadRoute: false },
    async (incoming, reply) => {
      const request = readPageRequest(incoming);
      const { token } = incoming.params;
      const found = signerWithEntrance(parts.jobs.all(), token);
      if (found !== undefined) {
        const key = ceremonyKey(found.job, found.signer);
        let visitor: string | undefined;
        await parts.jobs.update(found.job.id, (job) => {
          const entered = enter(job, { token, visitor: request.cookie(visitorCookie(key)) });
          visitor = entered?.visitor;
          return entered?.job ?? job;
        });
        if (visitor !== undefined) {
          const cookie = writeCookie(visitorCookie(key), visitor);
          return await sendOn(reply, ceremonyPath(found.job, found.signer), [cookie]);
        }
      }
      return await sendPage(reply, messagePage(request.texts.usedLink, { status: 403 }), {
        request,
        path: '/pages',
      });
    },
  );
}
