import type { FastifyReply, FastifyRequest } from 'fastify';
import type { BatchResultsOptions, BatchRowResult } from '@signering/client';
import type { AuditAction } from '../audit.js';
import { batchPage, type ShownBatch } from '../pages/batch-page.js';
import { ROWS_ON_PAGE } from '../pages/batch-progress.js';
import { PortalRefusal } from '../portal-refusal.js';
import type { Cookies } from '../server/cookies.js';
import type { PortalParts } from '../server/portal-parts.js';
import { auditOf, contextOf, pageOf, sendPage, sessionOf } from '../server/portal-request.js';
import type { PortalBatch } from './batch-store.js';

/** A request for a page or form of a batch. */
export type BatchRequest = FastifyRequest<{ Params: { id: string }; Querystring: { page?: string } }>;
type RequestWithId = FastifyRequest<{ Params: { id: string } }>;

/** How long a page waits for a check, a send or a count that may take longer. */
export const WAIT_MS = 2500;

/** How long the storage may take for some rows, in milliseconds. */
const READ_WITHIN_MS = 20_000;

/** The batch that a request names, as far as its person may see it, its page, and its lines in the audit log. */
export class BatchAccess {
  readonly #parts: PortalParts;
  readonly #cookies: Cookies;

  constructor(parts: PortalParts, cookies: Cookies) {
    this.#parts = parts;
    this.#cookies = cookies;
  }

  /** A batch in any stage. @throws PortalRefusal NOT_FOUND */
  async find(request: RequestWithId, options: { readonly withLeftOut?: boolean } = {}): Promise<PortalBatch> {
    const batch = await this.#parts.batches.find(sessionOf(request), request.params.id, options);
    if (batch === undefined) throw new PortalRefusal('NOT_FOUND');
    return batch;
  }

  /** @throws PortalRefusal NOT_FOUND, also before the client has the batch */
  async findSent(request: RequestWithId): Promise<PortalBatch> {
    const batch = await this.find(request);
    if (batch.row.stage !== 'SENT') throw new PortalRefusal('NOT_FOUND');
    return batch;
  }

  /** The rows of a batch that was sent. @throws CALL_TIMED_OUT (retryable) while the storage does not answer */
  async rowsOf({ row }: PortalBatch, options: BatchResultsOptions): Promise<readonly BatchRowResult[]> {
    const { batches } = this.#parts.batchesOf(row.organization);
    const rows: BatchRowResult[] = [];
    const results = batches.results(row.reference, { ...options, timeoutMs: READ_WITHIN_MS });
    for await (const result of results) rows.push(result);
    return rows;
  }

  /** Answers with the page of a batch. `refused`: the form that did nothing. */
  async show(
    request: BatchRequest,
    reply: FastifyReply,
    refused: Pick<ShownBatch, 'problem' | 'cancellation'> = {},
  ): Promise<FastifyReply> {
    const page = pageOf(request.query);
    const batch = await this.find(request, { withLeftOut: page === 1 });
    const path = `/batches/${batch.row.id}`;
    const context = { ...(await contextOf(this.#parts, this.#cookies, request)), path };
    // One row more than the page shows, where there are others.
    const ofPage = { offset: (page - 1) * ROWS_ON_PAGE, limit: ROWS_ON_PAGE + 1 };
    const sendsEmails = batch.row.stage === 'CHECKED' ? await this.#parts.sendsEmails() : undefined;
    const shown = {
      batch,
      page,
      ...(sendsEmails !== undefined && { sendsEmails }),
      rows: batch.row.stage === 'SENT' ? await this.rowsOf(batch, ofPage) : [],
      ...refused,
    };
    return await sendPage(reply, batchPage(shown, context), context);
  }

  /** Writes a line about the batch. @param more what it was of the batch, without personal data */
  async record(
    request: FastifyRequest,
    action: AuditAction,
    { row, more = '' }: Pick<PortalBatch, 'row'> & { readonly more?: string },
  ): Promise<void> {
    const detail = `${row.reference} ${more}`.trim();
    await this.#parts.audit.write({ action, ...auditOf(request), detail });
  }
}
