import type { FastifyInstance } from 'fastify';
import { sendJob } from '../jobs/send-job.js';
import { PortalRefusal } from '../portal-refusal.js';
import type { Cookies } from '../server/cookies.js';
import type { PortalParts } from '../server/portal-parts.js';
import { auditOf, contextOf, formOf, sendOn, sessionOf } from '../server/portal-request.js';
import { DOCUMENT_HEADERS } from '../server/security-headers.js';
import { DraftAccess, versionOf, type DraftRequest } from './draft-access.js';
import { fieldProblemsOf, STEPS, type FieldProblem } from './draft-problems.js';
import { DraftAnswers } from './show-draft.js';
import { addStepForms } from './step-forms.js';

/** The three steps of a new job, its summary, and its send. */
export function addDraftRoutes(server: FastifyInstance, parts: PortalParts, cookies: Cookies): void {
  const { jobs, audit } = parts;
  const { documents } = jobs;
  const access = new DraftAccess(parts, cookies);
  const answers = new DraftAnswers(parts, cookies);

  server.addContentTypeParser('multipart/form-data', (_request, _body, done) => done(null));
  server.post('/drafts', async (request, reply) => {
    const id = await jobs.createDraft(sessionOf(request));
    await audit.write({ action: 'DRAFT_CREATED', ...auditOf(request), jobId: id });
    return await sendOn(reply, `/drafts/${id}/documents`);
  });
  for (const step of STEPS) {
    server.get(`/drafts/:id/${step}`, async (request: DraftRequest, reply) => {
      const draft = await access.find(request);
      const { id, stage } = draft.row;
      if (stage !== 'DRAFT') {
        return await sendOn(reply, stage === 'SENT' ? `/jobs/${id}` : `/drafts/${id}/summary`);
      }
      await access.recordForeignDraft(request, draft);
      const problems = request.query.check === 'yes' ? await access.problemsOf(request, draft) : [];
      return await answers.showStep(request, reply, { step, draft, problems });
    });
  }
  addStepForms(server, { parts, cookies, access, answers });

  server.get('/drafts/:id/summary', async (request: DraftRequest, reply) => {
    const draft = await access.find(request);
    if (draft.row.stage === 'SENT') return await sendOn(reply, `/jobs/${draft.row.id}`);
    await access.recordForeignDraft(request, draft);
    const problems = draft.row.stage === 'DRAFT' ? await access.problemsOf(request, draft) : [];
    return await answers.showSummary(request, reply, { draft, problems });
  });
  server.post('/drafts/:id/send', async (request: DraftRequest, reply) => {
    const draft = await access.find(request);
    const { id, stage, version } = draft.row;
    if (stage === 'SENT') return await sendOn(reply, `/jobs/${id}`);
    const isStale = stage === 'DRAFT' && versionOf(formOf(request)) !== version;
    const problems = stage === 'DRAFT' ? await access.problemsOf(request, draft) : [];
    if (isStale || problems.length > 0)
      return await answers.showSummary(request, reply, { draft, problems, isStale });
    const { texts, language } = await contextOf(parts, cookies, request);
    const outcome = await sendJob(parts, draft, { personId: sessionOf(request).personId, language });
    switch (outcome.kind) {
      case 'SENT':
        return await sendOn(reply, `/jobs/${id}`);
      case 'NOT_NOW':
        return await sendOn(reply, `/drafts/${id}/summary`);
      case 'CHANGED':
        return await answers.showSummary(request, reply, { draft, problems, isStale: true });
      case 'REFERENCE_TAKEN': {
        const text = texts.problems.reasons.REFERENCE_TAKEN;
        const problem: FieldProblem = { step: 'information', field: 'ownReference', text };
        return await answers.showSummary(request, reply, { draft, problems: [problem] });
      }
      case 'REFUSED': {
        const outline = { content: draft.content, documents: await documents.list(id), now: parts.now() };
        const refused = fieldProblemsOf(outcome.problems, outline, texts);
        return await answers.showSummary(request, reply, { draft, problems: refused });
      }
    }
  });
  server.post('/drafts/:id/delete', async (request: DraftRequest, reply) => {
    const { row } = await access.findDraft(request);
    if (!(await jobs.deleteDraft(row.id))) throw new PortalRefusal('NO_LONGER_A_DRAFT');
    await audit.write({ action: 'DRAFT_DELETED', ...auditOf(request), jobId: row.id });
    return await sendOn(reply, '/waiting');
  });

  /** A document to sign, also of a job that was sent, as long as the portal has it. */
  server.get<{ Params: { id: string; file: string } }>('/drafts/:id/files/:file', async (request, reply) => {
    const { row } = await access.find(request);
    const document = (await documents.list(row.id)).find(({ id }) => id === request.params.file);
    if (document === undefined) throw new PortalRefusal('NOT_FOUND');
    const content = await documents.content(document);
    if (content === undefined) throw new PortalRefusal('NOT_FOUND');
    await audit.write({ action: 'DOCUMENT_SEEN', ...auditOf(request), jobId: row.id, detail: document.id });
    return await reply
      .headers({ ...DOCUMENT_HEADERS, 'content-disposition': 'inline; filename="document.pdf"' })
      .type('application/pdf')
      .send(content);
  });
}
