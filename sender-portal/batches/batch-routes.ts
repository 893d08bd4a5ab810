import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { makeCsv } from '@signering/client';
import { DraftAccess } from '../drafts/draft-access.js';
import { readUpload } from '../drafts/read-upload.js';
import { MOST_LISTED, type PortalJob } from '../jobs/job-store.js';
import { batchesPage, newBatchPage } from '../pages/batches-page.js';
import { PortalRefusal } from '../portal-refusal.js';
import type { Cookies } from '../server/cookies.js';
import type { PortalParts } from '../server/portal-parts.js';
import {
  contextOf,
  formOf,
  hasFormToken,
  pageOf,
  sendCsv,
  sendOn,
  sendPage,
  sessionOf,
} from '../server/portal-request.js';
import { BatchAccess, WAIT_MS, type BatchRequest } from './batch-access.js';
import type { UploadedTable } from './batch-store.js';
import { columnsOf, exampleOf } from './batch-template.js';
import { columnsOfMistake, textOfMistake } from './mistake-texts.js';
import { addSentBatchRoutes } from './sent-batch-routes.js';

/** Of a table. Ten thousand rows have about two megabytes. */
const MOST_TABLE_BYTES = 5 * 1024 * 1024;

/** Batches: a draft as the template, a table whose rows fill it, its check and its send. */
export function addBatchRoutes(server: FastifyInstance, parts: PortalParts, cookies: Cookies): void {
  const { batches, batchWork, jobs } = parts;
  const drafts = new DraftAccess(parts, cookies);
  const access = new BatchAccess(parts, cookies);

  server.get<{ Querystring: { page?: string } }>('/batches', async (request, reply) => {
    const session = sessionOf(request);
    const page = pageOf(request.query);
    const listed = await batches.list(session, page);
    // Not waited for: the list shows what is known.
    for (const { row } of listed.batches) void batchWork.refresh(row, 0);
    const newest = await jobs.draftsOf(session);
    const templates = newest.slice(0, MOST_LISTED).filter(isTemplate);
    const context = await contextOf(parts, cookies, request);
    const shown = { ...listed, page, templates, hasMoreDrafts: newest.length > MOST_LISTED };
    return await sendPage(reply, batchesPage(shown, context), context);
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
      const batch = await access.find(request);
      const { table } = await readTable(request);
      const isKept = await batches.checkAgain(batch.row.id, table && { ...table, title: batch.title });
      if (!isKept) throw new PortalRefusal('NO_LONGER_A_DRAFT');
      return await check(request, reply, batch.row.id);
    },
  );
  server.get('/batches/:id', async (request: BatchRequest, reply) => {
    const batch = await access.find(request);
    await batchWork.refresh(batch.row, WAIT_MS);
    await access.record(request, 'BATCH_SEEN', batch);
    return await access.show(request, reply);
  });
  server.get('/batches/:id/mistakes.csv', async (request: BatchRequest, reply) => {
    const batch = await access.find(request, { withLeftOut: true });
    const { found, row } = batch;
    if (found === undefined) throw new PortalRefusal('NOT_FOUND');
    await access.record(request, 'BATCH_SEEN', { row, more: 'mistakes.csv' });
    const { texts } = await contextOf(parts, cookies, request);
    const { row: rowName, column, mistake, detail } = texts.batches;
    const lines = found.mistakes.map((one) => [
      String(one.row ?? ''),
      columnsOfMistake(one),
      textOfMistake(one, texts),
      `${one.path} ${one.message}`,
    ]);
    const content = makeCsv([[rowName, column, mistake, detail], ...lines]);
    return await sendCsv(reply, `${row.reference}-mistakes.csv`, content);
  });
  server.post('/batches/:id/send', async (request: BatchRequest, reply) => {
    const batch = await access.find(request);
    const { round = '', skipsWrong = '' } = formOf(request);
    const { found, row } = batch;
    if (row.stage === 'CHECKED') {
      const isRight = found !== undefined && found.right > 0 && (found.wrong === 0 || skipsWrong === 'yes');
      if (!isRight || found.isUnusable) return await access.show(request, reply, { problem: 'WRONG_ROWS' });
      const about = {
        personId: sessionOf(request).personId,
        language: (await contextOf(parts, cookies, request)).language,
        round: /^\d{1,9}$/u.test(round) ? Number(round) : 0,
        skipsWrong: found.wrong > 0,
      };
      const begun = await batches.beginSending(batch, about);
      if (begun === 'CHANGED') return await access.show(request, reply, { problem: 'CHANGED' });
      await batchWork.begin((await access.find(request)).row, WAIT_MS);
    }
    return await sendOn(reply, `/batches/${row.id}`);
  });
  server.post('/batches/:id/delete', async (request: BatchRequest, reply) => {
    const batch = await access.find(request);
    if (!(await batches.delete(batch.row.id))) throw new PortalRefusal('NO_LONGER_A_DRAFT');
    await access.record(request, 'BATCH_DELETED', batch);
    return await sendOn(reply, '/batches');
  });
  addSentBatchRoutes(server, { parts, cookies, access });

  /** A draft that can be the template of a batch. */
  async function draftOf(request: FastifyRequest, id = ''): Promise<PortalJob> {
    const draft = await jobs.find(sessionOf(request), id);
    if (draft === undefined || !isTemplate(draft)) throw new PortalRefusal('NOT_FOUND');
    await drafts.recordForeignDraft(request, draft);
    return draft;
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
    const { language } = await contextOf(parts, cookies, request);
    return { fields, table: { fileName: file.name.slice(0, 200), content: file.content, language } };
  }

  async function check(request: FastifyRequest, reply: FastifyReply, id: string): Promise<FastifyReply> {
    const batch = await batches.find(sessionOf(request), id);
    if (batch === undefined) throw new PortalRefusal('NOT_FOUND');
    await access.record(request, 'BATCH_CHECKED', batch);
    await batchWork.begin(batch.row, WAIT_MS);
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
}

/** A draft that replaces a stopped job is of that job's signers: the stopped job would name a batch as its successor. */
function isTemplate({ row }: PortalJob): boolean {
  return row.stage === 'DRAFT' && row.replaces === null;
}
