import { ZipArchive } from 'archiver';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { SigningError, type ErrorCode, type JobDescription } from '@signering/client';
import type { Overview } from '../database/tables.js';
import type { FieldProblem } from '../drafts/draft-problems.js';
import { momentOfLocalTime } from '../drafts/portal-time.js';
import { jobPage } from '../pages/job-page.js';
import { overviewPage, searchPage, type SearchForm } from '../pages/overview-pages.js';
import { nameOfError, PortalRefusal } from '../portal-refusal.js';
import { isSameToken, seenToken } from '../login/sessions.js';
import type { RenderedPage } from '../live/live-streams.js';
import { renderContent, type Page } from '../pages/layout.js';
import { momentIn, type PageContext } from '../pages/page-context.js';
import type { Cookies } from '../server/cookies.js';
import type { PortalParts } from '../server/portal-parts.js';
import {
  auditOf,
  contextOf,
  formOf,
  pageOf,
  sendOn,
  sendPage,
  sessionIdOf,
  sessionOf,
} from '../server/portal-request.js';
import type { PortalJob } from './job-store.js';
import { fillZip, openZip } from './job-zip.js';

type JobRequest = FastifyRequest<{ Params: { id: string } }>;
type OverviewRequest = FastifyRequest<{ Querystring: { page?: string } }>;
type LiveJobRequest = FastifyRequest<{ Params: { id: string }; Querystring: { seen?: string } }>;

const OVERVIEWS: Readonly<Record<string, Overview>> = {
  '/waiting': 'WAITING',
  '/stopped': 'STOPPED',
  '/signed': 'SIGNED',
};
const SEARCH_KINDS = ['REFERENCE', 'NUMBER', 'EMAIL', 'MOBILE'] as const;

/** Overviews, search, and the page of a job with its downloads. */
export function addJobRoutes(server: FastifyInstance, parts: PortalParts, cookies: Cookies): void {
  const { jobs, states, audit, sealing, clientOf, live } = parts;

  for (const [path, overview] of Object.entries(OVERVIEWS)) {
    const shownTo = async (request: OverviewRequest): Promise<readonly [Page, PageContext]> => {
      const session = sessionOf(request);
      const page = pageOf(request.query);
      const { jobs: found, hasMore } = await jobs.overview(session, overview, page);
      const drafts = overview === 'WAITING' && page === 1 ? await jobs.draftsOf(session) : [];
      const context = await contextOf(parts, cookies, request);
      return [overviewPage({ overview, jobs: found, drafts, page, hasMore }, context), context];
    };
    server.get(path, async (request: OverviewRequest, reply) => {
      return await sendPage(reply, ...(await shownTo(request)));
    });
    server.get(`${path}/live`, { config: { isLive: true } }, async (request: OverviewRequest, reply) => {
      const render = async () => rendered(await shownTo(request));
      return await live.answer(request, reply, { sessionId: sessionIdOf(request, cookies), render });
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
    const { row } = await find(request);
    if (row.stage !== 'SENT') {
      // The summary says why a job is not sent yet.
      const step = row.stage === 'SENDING' || row.refusal !== null ? 'summary' : 'documents';
      return await sendOn(reply, `/drafts/${row.id}/${step}`);
    }
    const job = await findSent(request);
    await audit.write({ action: 'JOB_SEEN', ...auditOf(request), jobId: job.row.id });
    return await show(request, reply, { job });
  });
  server.get('/jobs/:id/live', { config: { isLive: true } }, async (request: LiveJobRequest, reply) => {
    const { id } = request.params;
    // The audit log must have a line for each person who reads the page, also here.
    if (!isSameToken(request.query.seen ?? '', seenToken(sessionOf(request), id))) {
      throw new PortalRefusal('FORM_REFUSED');
    }
    let description: JobDescription | undefined;
    const prepare = async (): Promise<void> => {
      const { row } = await findSent(request);
      // An open job changes because its state was fetched: a page that updates itself does not fetch it again.
      description = row.ended_at === null ? undefined : await states.refreshInTurn(row);
    };
    const render = async () =>
      rendered(await shownTo(request, { job: await findSent(request), description }));
    const sessionId = sessionIdOf(request, cookies);
    return await live.answer(request, reply, { sessionId, jobId: id, prepare, render });
  });
  server.post('/jobs/:id/cancel', async (request: JobRequest, reply) => {
    const job = await findSent(request);
    const reason = (formOf(request)['reason'] ?? '').trim();
    const { texts } = await contextOf(parts, cookies, request);
    const refuse = async (text: string, detail?: string): Promise<FastifyReply> => {
      const problem: FieldProblem = { step: 'information', field: 'reason', text };
      const problems = [detail === undefined ? problem : { ...problem, detail }];
      return await show(request, reply, { job, problems, reason });
    };
    try {
      const by = `sender-portal ${sessionOf(request).personId}`;
      const { result } = await clientOf(job.row.organization).cancelJob(job.row.reference, { reason, by });
      if (result === 'TOO_LATE') return await refuse(texts.refusals.TOO_LATE);
    } catch (error) {
      if (!(error instanceof SigningError) || error.retryable) throw error;
      if (error.code === 'INVALID_REQUEST') return await refuse(texts.problems.reason);
      return await refuse(texts.notCancelled, error.code);
    }
    await audit.write({ action: 'JOB_CANCELLED', ...auditOf(request), jobId: job.row.id });
    return await sendOn(reply, `/jobs/${job.row.id}`);
  });
  server.post('/jobs/:id/again', async (request: JobRequest, reply) => {
    const session = sessionOf(request);
    const job = await findSent(request);
    const { id } = job.row;
    // Where the person may not see what replaces the job, its own page says that something does.
    const earlier = async (): Promise<PortalJob | undefined> => {
      const found = await jobs.replacementOf(session.organization, id);
      return found && ((await jobs.find(session, found.row.id)) ?? job);
    };
    const known = await earlier();
    if (known !== undefined) return await sendOn(reply, `/jobs/${known.row.id}`);
    // As it is now: a job that is still open would be asked of the same signers twice.
    const description = await states.refresh(job.row);
    if (description === undefined) throw new PortalRefusal('UNAVAILABLE');
    const isStopped = description.status === 'ENDED' && description.outcome !== 'SIGNED';
    if (!isStopped || (await jobs.documents.list(id)).length === 0) throw new PortalRefusal('NOT_STOPPED');
    const created = await jobs.createDraft(session, job);
    if (created === undefined) return await sendOn(reply, `/jobs/${(await earlier())?.row.id ?? id}`);
    await audit.write({
      action: 'JOB_SENT_AGAIN',
      ...auditOf(request),
      jobId: created,
      detail: job.row.reference,
    });
    return await sendOn(reply, `/drafts/${created}/documents`);
  });
  server.get<{ Params: { id: string; name: string } }>('/jobs/:id/files/:name', async (request, reply) => {
    const job = await findSent(request);
    const { name } = request.params;
    const client = clientOf(job.row.organization);
    // The client knows the names of the receipt alone: a name is no path.
    const { reference } = job.row;
    const document = await (
      name === 'receipt.json'
        ? client.receiptStream(reference)
        : client.signedDocumentStream(reference, { name })
    ).catch(notThere);
    await audit.write({
      action: 'DOCUMENT_DOWNLOADED',
      ...auditOf(request),
      jobId: job.row.id,
      detail: document.name,
    });
    const fileName = `${fileNameOf(job)}-${document.name}`;
    return await reply
      .header('content-disposition', `attachment; filename="${fileName}"`)
      .header('content-length', document.size)
      .type(document.mediaType)
      .send(document.stream);
  });
  server.get('/jobs/:id/all.zip', async (request: JobRequest, reply) => {
    const job = await findSent(request);
    const client = clientOf(job.row.organization);
    const description = await client.getJob(job.row.reference).catch(notThere);
    if (description.status !== 'ENDED') throw new PortalRefusal('NOT_FOUND');
    const closed = new AbortController();
    const { signal } = closed;
    reply.raw.on('close', () => closed.abort());
    // What fails here is still answered with a page.
    const opened = await openZip({ client, description, signal }).catch(notThere);
    await audit.write({
      action: 'DOCUMENT_DOWNLOADED',
      ...auditOf(request),
      jobId: job.row.id,
      detail: 'all.zip',
    });
    const zip = new ZipArchive({ store: true });
    // It ends when the browser has read it, or has gone.
    fillZip(zip, opened, signal).catch((error: unknown) => {
      zip.destroy();
      if (!signal.aborted) parts.report(`GET /jobs/:id/all.zip was cut off: ${nameOfError(error)}.`);
    });
    return await reply
      .header('content-disposition', `attachment; filename="${fileNameOf(job)}.zip"`)
      .type('application/zip')
      .send(zip);
  });

  function rendered([page, context]: readonly [Page, PageContext]): RenderedPage {
    const status = context.texts.liveUpdated(momentIn(context.language, parts.now()));
    return { html: renderContent(page), status };
  }

  async function find(request: FastifyRequest<{ Params: { id: string } }>): Promise<PortalJob> {
    const job = await jobs.find(sessionOf(request), request.params.id);
    if (job === undefined) throw new PortalRefusal('NOT_FOUND');
    return job;
  }

  /** A job that was sent. The reference of one that is being sent may be that of another system's job. */
  async function findSent(request: FastifyRequest<{ Params: { id: string } }>): Promise<PortalJob> {
    const job = await find(request);
    if (job.row.stage !== 'SENT') throw new PortalRefusal('NOT_FOUND');
    return job;
  }

  async function show(
    request: JobRequest,
    reply: FastifyReply,
    answered: AnsweredJob,
  ): Promise<FastifyReply> {
    const description = await states.refresh(answered.job.row);
    const job = (await jobs.find(sessionOf(request), answered.job.row.id)) ?? answered.job;
    return await sendPage(reply, ...(await shownTo(request, { ...answered, job, description })));
  }

  async function shownTo(
    request: FastifyRequest,
    { job, description, problems = [], reason = '' }: AnsweredJob,
  ): Promise<readonly [Page, PageContext]> {
    const session = sessionOf(request);
    const replacing = await jobs.replacementOf(session.organization, job.row.id);
    const replacement = replacing && (await jobs.find(session, replacing.row.id));
    const replaces = job.row.replaces === null ? undefined : await jobs.find(session, job.row.replaces);
    const path = `/jobs/${job.row.id}`;
    const context = { ...(await contextOf(parts, cookies, request)), path };
    const documents = await jobs.documents.list(job.row.id);
    const shown = {
      job,
      documents,
      problems,
      reason,
      serviceUrl: parts.serviceUrl,
      seen: seenToken(session, job.row.id),
      isReplaced: replacing !== undefined,
      ...(description !== undefined && { description }),
      ...(replacement !== undefined && { replacement }),
      ...(replaces !== undefined && { replaces }),
    };
    return [jobPage(shown, context), context];
  }
}

/** The argument of the page of a job. */
interface AnsweredJob {
  readonly job: PortalJob;
  readonly problems?: readonly FieldProblem[];
  /** The reason that was typed. */
  readonly reason?: string;
  /** As the client described it. @default the page shows what the portal has kept */
  readonly description?: JobDescription | undefined;
}

/** References have letters that file names do not. */
function fileNameOf({ row }: PortalJob): string {
  return row.reference.replaceAll(/[^\w.-]/gu, '_');
}

/** The page of another job, or of a file that the job has no longer. Other errors are failures. */
const NOT_THERE: ReadonlySet<ErrorCode> = new Set([
  'JOB_NOT_FOUND',
  'JOB_NOT_ENDED',
  'JOB_ERASED',
  'NO_SUCH_DOCUMENT',
  'DOCUMENTS_EXPIRED',
]);

function notThere(error: unknown): never {
  if (error instanceof SigningError && NOT_THERE.has(error.code)) {
    throw new PortalRefusal('NOT_FOUND', { cause: error });
  }
  throw error;
}
