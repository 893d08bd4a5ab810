import { Readable } from 'node:stream';
import { ZipArchive } from 'archiver';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { SigningError } from '@signering/client';
import type { Overview } from '../database/tables.js';
import type { FieldProblem } from '../drafts/draft-problems.js';
import { momentOfLocalTime } from '../drafts/portal-time.js';
import { jobPage } from '../pages/job-page.js';
import { overviewPage, searchPage, type SearchForm } from '../pages/overview-pages.js';
import { PortalRefusal } from '../portal-refusal.js';
import type { Cookies } from '../server/cookies.js';
import type { PortalParts } from '../server/portal-parts.js';
import { contextOf, formOf, sendOn, sendPage, sessionOf } from '../server/portal-request.js';
import type { PortalJob } from './job-store.js';

type JobRequest = FastifyRequest<{ Params: { id: string }; Querystring: { cancelled?: string } }>;

const OVERVIEWS: Readonly<Record<string, Overview>> = {
  '/waiting': 'WAITING',
  '/stopped': 'STOPPED',
  '/signed': 'SIGNED',
};
const SEARCH_KINDS = ['REFERENCE', 'NUMBER', 'EMAIL', 'MOBILE'] as const;
const LAST_PAGE = 10_000;

/** Overviews, search, and the page of a job with its downloads. */
export function addJobRoutes(server: FastifyInstance, parts: PortalParts, cookies: Cookies): void {
  const { jobs, states, audit, sealing, clientOf } = parts;

  for (const [path, overview] of Object.entries(OVERVIEWS)) {
    server.get<{ Querystring: { page?: string } }>(path, async (request, reply) => {
      const session = sessionOf(request);
      const asked = Number(request.query.page ?? 1);
      const page = Number.isInteger(asked) && asked >= 1 && asked <= LAST_PAGE ? asked : 1;
      const { jobs: found, hasMore } = await jobs.overview(session, overview, page);
      const drafts = overview === 'WAITING' && page === 1 ? await jobs.draftsOf(session) : [];
      const context = await contextOf(parts, cookies, request);
      return await sendPage(
        reply,
        overviewPage({ overview, jobs: found, drafts, page, hasMore }, context),
        context,
      );
    });
  }

  server.get('/search', async (request, reply) => {
    const context = await contextOf(parts, cookies, request);
    const form: SearchForm = { kind: 'REFERENCE', text: '', from: '', until: '' };
    return await sendPage(reply, searchPage(form, undefined, context), context);
  });
  server.post('/search', async (request, reply) => {
    const session = sessionOf(request);
    const fields = formOf(request);
    const kind = SEARCH_KINDS.find((one) => one === fields['kind']) ?? 'REFERENCE';
    const { text = '', from = '', until = '' } = fields;
    const first = momentOfLocalTime(`${from}T00:00`);
    const last = momentOfLocalTime(`${until}T23:59`);
    const found = await jobs.search(session, {
      ...(text.trim() !== '' && { hashes: sealing.hashesOf(kind, text) }),
      ...(first !== undefined && { from: first }),
      ...(last !== undefined && { until: new Date(Number(last) + 60_000) }),
    });
    await audit.write({ action: 'SEARCHED', ...auditOf(request), detail: kind });
    const context = { ...(await contextOf(parts, cookies, request)), path: '/search' };
    return await sendPage(reply, searchPage({ kind, text, from, until }, found, context), context);
  });

  server.get('/jobs/:id', async (request: JobRequest, reply) => {
    const job = await find(request);
    if (job.row.stage !== 'SENT') return await sendOn(reply, `/drafts/${job.row.id}/documents`);
    await audit.write({ action: 'JOB_SEEN', ...auditOf(request), jobId: job.row.id });
    return await show(request, reply, job);
  });
  server.post('/jobs/:id/cancel', async (request: JobRequest, reply) => {
    const job = await find(request);
    const reason = (formOf(request)['reason'] ?? '').trim();
    try {
      const by = `sender-portal ${sessionOf(request).personId}`;
      await clientOf(job.row.organization).cancelJob(job.row.reference, { reason, by });
    } catch (error) {
      if (!(error instanceof SigningError) || error.retryable) throw error;
      if (error.code === 'INVALID_REQUEST') {
        const { texts } = await contextOf(parts, cookies, request);
        const problem: FieldProblem = { step: 'information', field: 'reason', text: texts.problems.reason };
        return await show(request, reply, job, [problem]);
      }
      // The job ended first: its page says how.
      return await sendOn(reply, `/jobs/${job.row.id}`);
    }
    await audit.write({ action: 'JOB_CANCELLED', ...auditOf(request), jobId: job.row.id });
    return await sendOn(reply, `/jobs/${job.row.id}?cancelled=yes`);
  });
  server.post('/jobs/:id/again', async (request: JobRequest, reply) => {
    const session = sessionOf(request);
    const job = await find(request);
    const earlier = await jobs.replacementOf({ ...session, role: 'ACCOUNT_MANAGER' }, job.row.id);
    if (earlier !== undefined) return await sendOn(reply, `/jobs/${earlier.row.id}`);
    // A job that is still open would be asked of the same signers twice.
    if (job.row.overview !== 'STOPPED') throw new PortalRefusal('NO_LONGER_A_DRAFT');
    const id = await jobs.createDraft(session, job);
    await audit.write({ action: 'JOB_SENT_AGAIN', ...auditOf(request), jobId: id, detail: job.row.id });
    return await sendOn(reply, `/drafts/${id}/documents`);
  });
  server.get<{ Params: { id: string; name: string } }>('/jobs/:id/files/:name', async (request, reply) => {
    const job = await find(request);
    const { name } = request.params;
    const client = clientOf(job.row.organization);
    // The client knows the names of the receipt alone: a name is no path.
    const document = await client.signedDocumentStream(job.row.reference, { name }).catch(notThere);
    await audit.write({ action: 'DOCUMENT_DOWNLOADED', ...auditOf(request), jobId: job.row.id });
    const fileName = `${fileNameOf(job)}-${document.name}`;
    return await reply
      .header('content-disposition', `attachment; filename="${fileName}"`)
      .header('content-length', document.size)
      .type(document.mediaType)
      .send(document.stream);
  });
  server.get('/jobs/:id/all.zip', async (request: JobRequest, reply) => {
    const job = await find(request);
    const client = clientOf(job.row.organization);
    const description = await client.getJob(job.row.reference).catch(notThere);
    if (description.status !== 'ENDED') throw new PortalRefusal('NOT_FOUND');
    await audit.write({ action: 'DOCUMENT_DOWNLOADED', ...auditOf(request), jobId: job.row.id });
    const zip = new ZipArchive({ store: true });
    for (const { name } of description.archive.documents) {
      const { stream } = await client.signedDocumentStream(job.row.reference, { name }).catch(notThere);
      zip.append(Readable.from(stream), { name });
    }
    const { archive, steps: _steps, ...receipt } = description;
    zip.append(
      Buffer.from(`${JSON.stringify({ ...receipt, documents: archive.documents }, undefined, 2)}\n`),
      {
        name: 'receipt.json',
      },
    );
    // It ends when the browser has read it.
    zip.finalize().catch(() => zip.destroy());
    return await reply
      .header('content-disposition', `attachment; filename="${fileNameOf(job)}.zip"`)
      .type('application/zip')
      .send(zip);
  });

  async function find(request: FastifyRequest<{ Params: { id: string } }>): Promise<PortalJob> {
    const job = await jobs.find(sessionOf(request), request.params.id);
    if (job === undefined) throw new PortalRefusal('NOT_FOUND');
    return job;
  }

  async function show(
    request: JobRequest,
    reply: FastifyReply,
    job: PortalJob,
    problems: readonly FieldProblem[] = [],
  ): Promise<FastifyReply> {
    const session = sessionOf(request);
    const description = await states.refresh(job.row);
    const fresh = (await jobs.find(session, job.row.id)) ?? job;
    const replacement = await jobs.replacementOf(session, job.row.id);
    const replaces = job.row.replaces === null ? undefined : await jobs.find(session, job.row.replaces);
    const path = `/jobs/${job.row.id}`;
    const context = { ...(await contextOf(parts, cookies, request)), path };
    const canSendAgain = (await jobs.documents.list(job.row.id)).length > 0;
    const shown = {
      job: fresh,
      canSendAgain,
      problems,
      wasCancelled: request.query.cancelled === 'yes',
      serviceUrl: parts.serviceUrl,
      ...(description !== undefined && { description }),
      ...(replacement !== undefined && { replacement }),
      ...(replaces !== undefined && { replaces }),
    };
    return await sendPage(reply, jobPage(shown, context), context);
  }
}

/** References have letters that file names do not. */
function fileNameOf({ row }: PortalJob): string {
  return row.reference.replaceAll(/[^\w.-]/gu, '_');
}

function notThere(error: unknown): never {
  if (error instanceof SigningError && !error.retryable)
    throw new PortalRefusal('NOT_FOUND', { cause: error });
  throw error;
}

function auditOf(request: FastifyRequest): { readonly personId: string; readonly organization: string } {
  const { personId, organization } = sessionOf(request);
  return { personId, organization };
}
