import type { FastifyInstance, FastifyReply } from 'fastify';
import { isTurn } from '../ceremony/require-turn.js';
import type { SandboxParts } from '../sandbox-parts.js';
import type { BrowserSessions } from './browser-sessions.js';
import { ceremonyVisits, type AtCeremony } from './ceremony-visit.js';
import { sendPage } from './page-reply.js';
import { documentHeaders } from './security-headers.js';
import { isSignedDocumentThere } from './signed-document.js';
import { notFoundPage } from './views/message-page.js';

/** Serves the documents of a ceremony before signing, and the signed document afterwards. */
export function addDocumentRoutes(
  pages: FastifyInstance,
  parts: SandboxParts,
  sessions: BrowserSessions,
): void {
  const at = ceremonyVisits(parts, sessions);
  pages.get<{ Params: { key: string; n: string } }>('/:key/documents/:n', async (incoming, reply) => {
    const { n } = incoming.params;
    return await at(async (where) => await sendDocument(where, n))(incoming, reply);
  });
  pages.get(
    '/:key/signed',
    at(async (where) => await sendSigned(where)),
  );

  async function sendDocument({ request, reply, ceremony }: AtCeremony, n: string): Promise<FastifyReply> {
    const { job, signer } = ceremony;
    const stored = /^\d{1,2}$/u.test(n) ? job.documents[Number(n) - 1] : undefined;
    if (stored === undefined || !isTurn(job, signer, parts.clock.now())) {
      return await sendPage(reply, notFoundPage(request.texts), { request });
    }
    const content = await parts.jobs.readContent(job.id, stored);
    const type = stored.mediaType === 'text/plain' ? 'text/plain; charset=utf-8' : 'application/pdf';
    return await reply.headers({ ...documentHeaders(), 'content-type': type }).send(content);
  }

  async function sendSigned({ request, reply, ceremony }: AtCeremony): Promise<FastifyReply> {
    const { job, signer } = ceremony;
    const content = await parts.jobs.read(job.id, async (current) =>
      current.pades !== undefined && isSignedDocumentThere(current, signer, parts.clock.now())
        ? await parts.jobs.readContent(job.id, current.pades)
        : undefined,
    );
    if (content === undefined) return await sendPage(reply, notFoundPage(request.texts), { request });
    return await reply
      .headers({
        ...documentHeaders(),
        'content-type': 'application/pdf',
        'content-disposition': `attachment; filename="signert-${job.id}.pdf"`,
      })
      .send(content);
  }
}
