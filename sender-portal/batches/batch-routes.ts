import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { makeCsv, SigningError, type BatchResultsOptions, type BatchRowResult } from '@signering/client';
import { DraftAccess } from '../drafts/draft-access.js';
import { readUpload } from '../drafts/read-upload.js';
import type { PortalJob } from '../jobs/job-store.js';
import { batchPage, batchProgressPart, type ShownBatch } from '../pages/batch-page.js';
import { batchesPage, newBatchPage } from '../pages/batches-page.js';
import { renderContent } from '../pages/layout.js';
import { PortalRefusal } from '../portal-refusal.js';
import type { Cookies } from '../server/cookies.js';
import type { PortalParts } from '../server/portal-parts.js';
import { contextOf, formOf, hasFormToken, sendOn, sendPage, sessionOf } from '../server/portal-request.js';
import type { AuditAction } from '../audit.js';
import type { PortalBatch, UploadedTable } from './batch-store.js';
import { columnsOf, exampleOf } from './batch-template.js';
import { textOfMistake } from './mistake-texts.js';

type BatchRequest = FastifyRequest<{ Params: { id: string }; Querystring: { page?: string } }>;

/** Of a table. Ten thousand rows have about two megabytes. */
const MOST_TABLE_BYTES = 5 * 1024 * 1024;
/** How long a page waits for a check, a send or a count that may take longer. */
const WAIT_MS = 2500;
const ROWS_ON_PAGE = 25;
/** Characters of the reason of a cancellation, which the client demands. */
const MOST_REASON = 500;
const LAST_PAGE = 1000;

/** Batches: a draft as the template, a table whose rows fill it, its check, and how far it is. */
export function addBatchRoutes(server: FastifyInstance, parts: PortalParts, cookies: Cookies): void {
  const { batches, batchWork, jobs, audit, batchesOf } = parts;
  const access = new DraftAccess(parts, cookies);

  server.get('/batches', async (request, reply) => {
    const session = sessionOf(request);
    const listed = await batches.list(session);
    // Not waited for: the list shows what is known.
    for (const { row } of listed) void batchWork.refresh(row, 0);
    const drafts = (await jobs.draftsOf(session)).filter(isTemplate);
    const context = await contextOf(parts, cookies, request);
    return await sendPage(reply, batchesPage({ batches: listed, drafts }, context), context);
  });
  server.get<{ Querystring: { draft?: string } }>('/batches/new', async (request, reply) => {
    return await showNew(request, reply, await draftOf(request, request.query.draft));
  });
  server.get<{ Querystring: { draft?: string } }>('/batches/example.csv', async (request, reply) => {
    const draft = await draftOf(request, request.query.draft);
    const { language } = await contextOf(parts, cookies, request);
    const columns = columnsOf(draft.content, await jobs.documents.list(draft.row.id), { language });
    return await sendCsv(reply, 'example.csv', exampleOf(columns, language));
  });
  server.post('/batches', { config: { checksToken: true } }, async (request, reply) => {
    const { table, fields } = await readTable(request);
    const draft = await draftOf(request, fields['draft']);
    if (table === undefined) return await showNew(request, reply, draft, true);
    const id = await batches.create(sessionOf(request), draft.row.id, {
      ...table,
      title: draft.content.title,
    });
    return await check(request, reply, id);
  });
  server.post(
    '/batches/:id/table',
    { config: { checksToken: true } },
    async (request: BatchRequest, reply) => {
      const batch = await find(request);
      const { table } = await readTable(request);
      const isKept = await batches.checkAgain(batch.row.id, table && { ...table, title: batch.title });
      if (!isKept) throw new PortalRefusal('NO_LONGER_A_DRAFT');
      return await check(request, reply, batch.row.id);
    },
  );
  server.get('/batches/:id', async (request: BatchRequest, reply) => {
    const batch = await find(request);
    await batchWork.refresh(batch.row, WAIT_MS);
    await record(request, 'BATCH_SEEN', batch);
    return await show(request, reply);
  });
  // What an open page looks at again and again: one part, which has nothing of a person, without a line of the audit log.
  server.get('/batches/:id/progress', { config: { isLive: true } }, async (request: BatchRequest, reply) => {
    const batch = await find(request);
    await batchWork.refresh(batch.row, WAIT_MS);
    const context = await contextOf(parts, cookies, request, `/batches/${batch.row.id}`);
    const content = batchProgressPart(await find(request), context);
    return await reply
      .type('text/html; charset=utf-8')
      .send(content === undefined ? '' : renderContent({ content }));
  });
  server.get('/batches/:id/mistakes.csv', async (request: BatchRequest, reply) => {
    const batch = await find(request);
    const { found, row } = batch;
    if (found === undefined) throw new PortalRefusal('NOT_FOUND');
    await record(request, 'BATCH_SEEN', batch, 'mistakes.csv');
    const { texts } = await contextOf(parts, cookies, request);
    const { row: rowName, column, mistake, detail } = texts.batches;
    const lines = found.mistakes.map((one) => [
      String(one.row ?? ''),
      one.columns.join(', '),
      textOfMistake(one, texts),
      `${one.path} ${one.message}`,
    ]);
    const content = makeCsv([[rowName, column, mistake, detail], ...lines]);
    return await sendCsv(reply, `${row.reference}-mistakes.csv`, content);
  });
  server.post('/batches/:id/send', async (request: BatchRequest, reply) => {
    const batch = await find(request);
    const { round = '', skipsWrong = '' } = formOf(request);
    const { found, row } = batch;
    if (row.stage === 'CHECKED') {
      const isRight = found !== undefined && found.right > 0 && (found.wrong === 0 || skipsWrong === 'yes');
      if (!isRight || found.isUnusable) return await show(request, reply, { problem: 'WRONG_ROWS' });
      const about = {
        personId: sessionOf(request).personId,
        round: /^\d{1,9}$/u.test(round) ? Number(round) : 0,
        skipsWrong: found.wrong > 0,
      };
      const begun = await batches.beginSending(batch, about);
      if (begun === 'CHANGED') return await show(request, reply, { problem: 'CHANGED' });
      await batchWork.begin((await find(request)).row, WAIT_MS);
    }
    return await sendOn(reply, `/batches/${row.id}`);
  });
  server.post('/batches/:id/delete', async (request: BatchRequest, reply) => {
    const batch = await find(request);
    if (!(await batches.delete(batch.row.id))) throw new PortalRefusal('NO_LONGER_A_DRAFT');
    await record(request, 'BATCH_DELETED', batch);
    return await sendOn(reply, '/batches');
  });
  server.post('/batches/:id/pause', (request: BatchRequest, reply) => order(request, reply, 'BATCH_PAUSED'));
  server.post('/batches/:id/resume', (request: BatchRequest, reply) =>
    order(request, reply, 'BATCH_RESUMED'),
  );
  server.post('/batches/:id/cancel', (request: BatchRequest, reply) =>
    order(request, reply, 'BATCH_CANCELLED'),
  );
  server.get('/batches/:id/results.csv', async (request: BatchRequest, reply) => {
    const batch = await findSent(request);
    await record(request, 'BATCH_RESULTS_DOWNLOADED', batch);
    const { organization, reference } = batch.row;
    const lines = batchesOf(organization).batches.resultsCsv(reference);
    return await sendCsv(reply, `${reference}.csv`, Readable.from(lines));
  });
  server.get<{ Params: { id: string; row: string } }>(
    '/batches/:id/rows/:row/signed.pdf',
    async (request, reply) => {
      const batch = await findSent(request);
      // A row of this batch: its reference does not come from the address.
      const row = Number(request.params.row);
      let reference: string | undefined;
      for await (const result of resultsOf(batch, { row })) {
        // Not what only a reference binds to it: the state is that of this batch's own job.
        if (result.state === 'SIGNED') reference ??= result.reference;
      }
      if (reference === undefined) throw new PortalRefusal('NOT_FOUND');
      const client = parts.clientOf(batch.row.organization);
      const document = await client.signedDocumentStream(reference, {}).catch(notThere);
      await record(request, 'DOCUMENT_DOWNLOADED', batch, String(row));
      const name = `${reference.replaceAll(/[^\w.-]/gu, '_')}-${document.name}`;
      return await reply
        .header('content-disposition', `attachment; filename="${name}"`)
        .header('content-length', document.size)
        .type(document.mediaType)
        .send(document.stream);
    },
  );

  /** A draft that can be the template of a batch. */
  async function draftOf(request: FastifyRequest, id = ''): Promise<PortalJob> {
    const draft = await jobs.find(sessionOf(request), id);
    if (draft === undefined || !isTemplate(draft)) throw new PortalRefusal('NOT_FOUND');
    await access.recordForeignDraft(request, draft);
    return draft;
  }

  async function find(request: FastifyRequest<{ Params: { id: string } }>): Promise<PortalBatch> {
    const batch = await batches.find(sessionOf(request), request.params.id);
    if (batch === undefined) throw new PortalRefusal('NOT_FOUND');
    return batch;
  }

  async function findSent(request: FastifyRequest<{ Params: { id: string } }>): Promise<PortalBatch> {
    const batch = await find(request);
    if (batch.row.stage !== 'SENT') throw new PortalRefusal('NOT_FOUND');
    return batch;
  }

  function resultsOf(
    { row }: PortalBatch,
    options: BatchResultsOptions = {},
  ): AsyncGenerator<BatchRowResult, void> {
    return batchesOf(row.organization).batches.results(row.reference, options);
  }

  /** @throws PortalRefusal FORM_REFUSED, TOO_LARGE, INVALID_REQUEST */
  async function readTable(request: FastifyRequest): Promise<{
    readonly fields: Readonly<Record<string, string>>;
    /** Absent: no file was chosen. */
    readonly table?: Omit<UploadedTable, 'title'>;
  }> {
    const { fields, files, isOwn } = await readUpload(request, (token) => hasFormToken(request, token));
    if (!isOwn) throw new PortalRefusal('FORM_REFUSED');
    const [file] = files;
    if (file === undefined) return { fields };
    if (file.content.byteLength > MOST_TABLE_BYTES) throw new PortalRefusal('TOO_LARGE');
    return { fields, table: { fileName: file.name.slice(0, 200), content: file.content } };
  }

  async function check(request: FastifyRequest, reply: FastifyReply, id: string): Promise<FastifyReply> {
    const batch = await batches.find(sessionOf(request), id);
    if (batch === undefined) throw new PortalRefusal('NOT_FOUND');
    await record(request, 'BATCH_CHECKED', batch);
    await batchWork.begin(batch.row, WAIT_MS);
    return await sendOn(reply, `/batches/${id}`);
  }

  async function order(
    request: BatchRequest,
    reply: FastifyReply,
    action: Extract<AuditAction, 'BATCH_PAUSED' | 'BATCH_RESUMED' | 'BATCH_CANCELLED'>,
  ): Promise<FastifyReply> {
    const batch = await findSent(request);
    const { organization, reference, id } = batch.row;
    const { reason: written = '', sentToo } = formOf(request);
    const reason = written.trim();
    const by = `sender-portal ${sessionOf(request).personId}`;
    const orders = batchesOf(organization).batches;
    const isCancelled = action === 'BATCH_CANCELLED';
    if (isCancelled && (reason === '' || reason.length > MOST_REASON))
      return await show(request, reply, { problem: 'REASON' });
    // Before the order, so that none is given without a line.
    await record(request, action, batch);
    try {
      if (action === 'BATCH_PAUSED') await orders.pause(reference, { by });
      else if (action === 'BATCH_RESUMED') await orders.resume(reference, { by });
      else await orders.cancel(reference, { by, reason, sentToo: sentToo === 'yes' });
    } catch (error) {
      if (!(error instanceof SigningError) || error.code !== 'INVALID_REQUEST') throw error;
      return await show(request, reply, { problem: 'REASON' });
    }
    await batchWork.refresh({ ...batch.row, checked_at: null }, WAIT_MS);
    return await sendOn(reply, `/batches/${id}`);
  }

  async function showNew(
    request: FastifyRequest,
    reply: FastifyReply,
    draft: PortalJob,
    lacksTable = false,
  ): Promise<FastifyReply> {
    const context = {
      ...(await contextOf(parts, cookies, request)),
      path: `/batches/new?draft=${draft.row.id}`,
    };
    const columns = columnsOf(draft.content, await jobs.documents.list(draft.row.id), context);
    return await sendPage(reply, newBatchPage({ draft, columns, lacksTable }, context), context);
  }

  async function show(
    request: BatchRequest,
    reply: FastifyReply,
    { problem }: Pick<ShownBatch, 'problem'> = {},
  ): Promise<FastifyReply> {
    const batch = await find(request);
    const asked = Number(request.query.page ?? 1);
    const page = Number.isInteger(asked) && asked >= 1 && asked <= LAST_PAGE ? asked : 1;
    const context = { ...(await contextOf(parts, cookies, request)), path: `/batches/${batch.row.id}` };
    const shown = {
      batch,
      page,
      rows: batch.row.stage === 'SENT' ? await rowsOf(batch, page) : [],
      ...(problem !== undefined && { problem }),
    };
    const shownPage = batchPage(shown, context);
    return await sendPage(reply, problem === undefined ? shownPage : { ...shownPage, status: 422 }, context);
  }

  /** The rows of a page, and one more where there are others. */
  async function rowsOf(batch: PortalBatch, page: number): Promise<readonly BatchRowResult[]> {
    const asked = { offset: (page - 1) * ROWS_ON_PAGE, limit: ROWS_ON_PAGE + 1 };
    const rows: BatchRowResult[] = [];
    for await (const result of resultsOf(batch, asked)) rows.push(result);
    return rows;
  }

  async function record(
    request: FastifyRequest,
    action: AuditAction,
    { row }: PortalBatch,
    more = '',
  ): Promise<void> {
    const { personId, organization } = sessionOf(request);
    await audit.write({ action, personId, organization, detail: `${row.reference} ${more}`.trim() });
  }
}

/** A draft that replaces a stopped job is of that job's signers: the stopped job would name a batch as its successor. */
function isTemplate({ row }: PortalJob): boolean {
  return row.stage === 'DRAFT' && row.replaces === null;
}

/** References and names of the portal's making: nothing that a header could not hold. */
async function sendCsv(reply: FastifyReply, name: string, content: string | Readable): Promise<FastifyReply> {
  return await reply
    .header('content-disposition', `attachment; filename="${name}"`)
    .type('text/csv; charset=utf-8')
    .send(content);
}

function notThere(error: unknown): never {
  if (error instanceof SigningError && !error.retryable)
    throw new PortalRefusal('NOT_FOUND', { cause: error });
  throw error;
}
