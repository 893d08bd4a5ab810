import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { SigningError } from '@signering/client';
import type { AuditAction } from '../audit.js';
import { batchProgressPart } from '../pages/batch-page.js';
import { renderContent } from '../pages/layout.js';
import { PortalRefusal } from '../portal-refusal.js';
import type { Cookies } from '../server/cookies.js';
import type { PortalParts } from '../server/portal-parts.js';
import { contextOf, formOf, sendCsv, sendOn, sessionOf } from '../server/portal-request.js';
import { WAIT_MS, type BatchAccess, type BatchRequest } from './batch-access.js';
import { parseDescribedBatch } from './described-batch.js';

/** Characters of the reason of a cancellation, as its field and its mistake say. */
const MOST_REASON = 200;
/** Of a row in its batch, from 1: the numbers of rows in their files repeat. */
const PLACE = /^[1-9]\d{0,8}$/u;

const ORDERS = {
  pause: 'BATCH_PAUSED',
  resume: 'BATCH_RESUMED',
  cancel: 'BATCH_CANCELLED',
} as const satisfies Readonly<Record<string, AuditAction>>;

/** How far a batch is, what became of its rows, and what a person orders once it was sent. */
export function addSentBatchRoutes(
  server: FastifyInstance,
  {
    parts,
    cookies,
    access,
  }: { readonly parts: PortalParts; readonly cookies: Cookies; readonly access: BatchAccess },
): void {
  const { batchWork, batchesOf, clientOf } = parts;

  // What an open page looks at again and again: one part, which has nothing of a person, without a line of the audit log.
  server.get('/batches/:id/progress', { config: { isLive: true } }, async (request: BatchRequest, reply) => {
    const batch = await access.find(request);
    await batchWork.refresh(batch.row, WAIT_MS);
    const context = await contextOf(parts, cookies, request, `/batches/${batch.row.id}`);
    const content = batchProgressPart(await access.find(request), context);
    return await reply
      .type('text/html; charset=utf-8')
      .send(content === undefined ? '' : renderContent({ content }));
  });
  server.get('/batches/:id/results.csv', async (request: BatchRequest, reply) => {
    const batch = await access.findSent(request);
    await access.record(request, 'BATCH_RESULTS_DOWNLOADED', batch);
    const { organization, reference } = batch.row;
    const lines = batchesOf(organization).batches.resultsCsv(reference);
    return await sendCsv(reply, `${reference}.csv`, Readable.from(lines));
  });
  server.get<{ Params: { id: string; place: string } }>(
    '/batches/:id/rows/:place/signed.pdf',
    async (request, reply) => {
      const batch = await access.findSent(request);
      const { place } = request.params;
      if (!PLACE.test(place)) throw new PortalRefusal('NOT_FOUND');
      // A row of this batch: its reference does not come from the address.
      const [result] = await access.rowsOf(batch, { offset: Number(place) - 1, limit: 1 });
      // Not what only a reference binds to it: the state is that of this batch's own job.
      if (result?.state !== 'SIGNED') throw new PortalRefusal('NOT_FOUND');
      const { reference } = result;
      const client = clientOf(batch.row.organization);
      const document = await client.signedDocumentStream(reference, {}).catch(notThere);
      await access.record(request, 'DOCUMENT_DOWNLOADED', { row: batch.row, more: reference });
      const name = `${reference.replaceAll(/[^\w.-]/gu, '_')}-${document.name}`;
      return await reply
        .header('content-disposition', `attachment; filename="${name}"`)
        .header('content-length', document.size)
        .type(document.mediaType)
        .send(document.stream);
    },
  );
  for (const [order, action] of Object.entries(ORDERS)) {
    server.post(`/batches/:id/${order}`, (request: BatchRequest, reply) => giveOrder(request, reply, action));
  }

  async function giveOrder(
    request: BatchRequest,
    reply: FastifyReply,
    action: (typeof ORDERS)[keyof typeof ORDERS],
  ): Promise<FastifyReply> {
    const batch = await access.findSent(request);
    const { organization, reference, id } = batch.row;
    const { reason: written = '', sentToo: isToo } = formOf(request);
    const cancellation = { reason: written.trim(), sentToo: isToo === 'yes' };
    const { reason } = cancellation;
    const by = `sender-portal ${sessionOf(request).personId}`;
    const orders = batchesOf(organization).batches;
    const isCancelled = action === 'BATCH_CANCELLED';
    if (isCancelled && (reason === '' || Array.from(reason).length > MOST_REASON))
      return await access.show(request, reply, { cancellation });
    // Of a page that was open before the end.
    if (parseDescribedBatch(batch.row.described)?.endedAt !== undefined)
      return await sendOn(reply, `/batches/${id}`);
    // Before the order, so that none is given without a line.
    await access.record(request, action, batch);
    try {
      if (action === 'BATCH_PAUSED') await orders.pause(reference, { by });
      else if (action === 'BATCH_RESUMED') await orders.resume(reference, { by });
      else await orders.cancel(reference, { by, ...cancellation });
    } catch (error) {
      if (!(error instanceof SigningError) || error.code !== 'INVALID_REQUEST') throw error;
      return await access.show(request, reply, { cancellation });
    }
    await batchWork.refresh({ ...batch.row, checked_at: null }, WAIT_MS);
    return await sendOn(reply, `/batches/${id}`);
  }
}

function notThere(error: unknown): never {
  if (error instanceof SigningError && !error.retryable)
    throw new PortalRefusal('NOT_FOUND', { cause: error });
  throw error;
}
