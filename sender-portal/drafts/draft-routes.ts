import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { MAX_DOCUMENT_BYTES } from '@signering/schema';
import type { PortalJob } from '../jobs/job-store.js';
import { sendJob } from '../jobs/send-job.js';
import { documentsPage, informationPage, signersPage, type ShownDraft } from '../pages/draft-pages.js';
import { summaryPage } from '../pages/summary-page.js';
import type { PageContext } from '../pages/page-context.js';
import { PortalRefusal } from '../portal-refusal.js';
import type { Cookies } from '../server/cookies.js';
import type { PortalParts } from '../server/portal-parts.js';
import { checkFormToken, contextOf, formOf, sendOn, sendPage, sessionOf } from '../server/portal-request.js';
import { DOCUMENT_HEADERS } from '../server/security-headers.js';
import type { DraftContent } from './draft-content.js';
import { withDocumentsForm, withInformationForm, withSignersForm } from './draft-forms.js';
import { fieldProblemsOf, type FieldProblem, type Step } from './draft-problems.js';
import { jobRequestOf } from './job-request.js';
import { readUpload, titleOfFileName, type UploadedFile } from './read-upload.js';

type DraftRequest = FastifyRequest<{ Params: { id: string }; Querystring: { check?: string } }>;

const MOST_DOCUMENTS = 20;

/** The three steps of a new job, its summary, and its send. */
export function addDraftRoutes(server: FastifyInstance, parts: PortalParts, cookies: Cookies): void {
  const { jobs, audit } = parts;
  const { documents } = jobs;

  server.addContentTypeParser('multipart/form-data', (_request, _body, done) => done(null));
  server.post('/drafts', async (request, reply) => {
    const session = sessionOf(request);
    const id = await jobs.createDraft(session);
    await audit.write({ action: 'DRAFT_CREATED', ...auditOf(request), jobId: id });
    return await sendOn(reply, `/drafts/${id}/documents`);
  });

  server.get('/drafts/:id/documents', async (request: DraftRequest, reply) => {
    const draft = await draftOf(request);
    const problems = request.query.check === 'yes' ? await problemsOf(request, draft) : [];
    return await showStep(request, reply, { step: 'documents', draft, problems });
  });
  server.post('/drafts/:id/documents', async (request: DraftRequest, reply) => {
    const draft = await draftOf(request);
    const { fields, files } = await readUpload(request, (token) => checkFormToken(request, token));
    await save(draft, withDocumentsForm(draft.content, fields));
    const { action = 'next' } = fields;
    for (const document of await documents.list(draft.row.id)) {
      const title = fields[`title-${document.id}`];
      if (title !== undefined && title !== document.title) {
        await documents.rename(draft.row.id, document, title);
      }
    }
    if (action.startsWith('remove:')) await documents.remove(draft.row.id, action.slice('remove:'.length));
    const refused = await addFiles(request, draft, files);
    if (refused.length > 0)
      return await showStep(request, reply, { step: 'documents', draft, problems: refused });
    return await goOn(request, reply, { draft, step: 'documents', action });
  });

  server.get('/drafts/:id/signers', async (request: DraftRequest, reply) => {
    const draft = await draftOf(request);
    const problems = request.query.check === 'yes' ? await problemsOf(request, draft) : [];
    return await showStep(request, reply, { step: 'signers', draft, problems });
  });
  server.post('/drafts/:id/signers', async (request: DraftRequest, reply) => {
    const draft = await draftOf(request);
    const fields = formOf(request);
    const { person } = await contextOf(parts, cookies, request);
    await save(draft, withSignersForm(draft.content, fields, { emailAddress: person?.emailAddress ?? '' }));
    return await goOn(request, reply, { draft, step: 'signers', action: fields['action'] ?? 'next' });
  });

  server.get('/drafts/:id/information', async (request: DraftRequest, reply) => {
    const draft = await draftOf(request);
    const problems = request.query.check === 'yes' ? await problemsOf(request, draft) : [];
    return await showStep(request, reply, { step: 'information', draft, problems });
  });
  server.post('/drafts/:id/information', async (request: DraftRequest, reply) => {
    const draft = await draftOf(request);
    const fields = formOf(request);
    await save(draft, withInformationForm(draft.content, fields));
    return await goOn(request, reply, { draft, step: 'information', action: fields['action'] ?? 'next' });
  });

  server.get('/drafts/:id/summary', async (request: DraftRequest, reply) => {
    const draft = await find(request);
    if (draft.row.stage === 'SENT') return await sendOn(reply, `/jobs/${draft.row.id}`);
    const isSending = draft.row.stage === 'SENDING';
    const problems = isSending ? [] : await problemsOf(request, draft);
    return await showSummary(request, reply, { draft, problems, isSending });
  });
  server.post('/drafts/:id/send', async (request: DraftRequest, reply) => {
    const draft = await find(request);
    if (draft.row.stage === 'SENT') return await sendOn(reply, `/jobs/${draft.row.id}`);
    const problems = draft.row.stage === 'DRAFT' ? await problemsOf(request, draft) : [];
    if (problems.length > 0) return await showSummary(request, reply, { draft, problems, isSending: false });
    const outcome = await sendJob(parts, draft);
    switch (outcome.kind) {
      case 'SENT':
        if (outcome.first)
          await audit.write({ action: 'JOB_SENT', ...auditOf(request), jobId: draft.row.id });
        return await sendOn(reply, `/jobs/${draft.row.id}`);
      case 'NOT_NOW':
        return await sendOn(reply, `/drafts/${draft.row.id}/summary`);
      case 'REFERENCE_TAKEN': {
        const { texts } = await contextOf(parts, cookies, request);
        const problem: FieldProblem = {
          step: 'information',
          field: 'ownReference',
          text: texts.problems.referenceTaken,
        };
        return await showSummary(request, reply, { draft, problems: [problem], isSending: false });
      }
      case 'REFUSED': {
        const { texts } = await contextOf(parts, cookies, request);
        const outline = { content: draft.content, documents: await documents.list(draft.row.id) };
        const problems = fieldProblemsOf(outcome.problems, outline, texts);
        return await showSummary(request, reply, { draft, problems, isSending: false });
      }
    }
  });
  server.post('/drafts/:id/delete', async (request: DraftRequest, reply) => {
    const draft = await draftOf(request);
    if (!(await jobs.deleteDraft(draft.row.id))) throw new PortalRefusal('NO_LONGER_A_DRAFT');
    await audit.write({ action: 'DRAFT_DELETED', ...auditOf(request), jobId: draft.row.id });
    return await sendOn(reply, '/waiting');
  });
  server.get<{ Params: { id: string; file: string } }>('/drafts/:id/files/:file', async (request, reply) => {
    const draft = await find(request);
    const listed = await documents.list(draft.row.id);
    const place = listed.findIndex(({ id }) => id === request.params.file);
    const content = place < 0 ? undefined : (await documents.contents(draft.row.id))[place]?.content;
    if (content === undefined) throw new PortalRefusal('NOT_FOUND');
    await audit.write({ action: 'DOCUMENT_SEEN', ...auditOf(request), jobId: draft.row.id });
    return await reply
      .headers({ ...DOCUMENT_HEADERS, 'content-disposition': 'inline; filename="document.pdf"' })
      .type('application/pdf')
      .send(content);
  });

  async function find(request: FastifyRequest<{ Params: { id: string } }>): Promise<PortalJob> {
    const draft = await jobs.find(sessionOf(request), request.params.id);
    if (draft === undefined) throw new PortalRefusal('NOT_FOUND');
    return draft;
  }

  /** @throws PortalRefusal NO_LONGER_A_DRAFT, so that the back button does not change what was sent */
  async function draftOf(request: FastifyRequest<{ Params: { id: string } }>): Promise<PortalJob> {
    const draft = await find(request);
    if (draft.row.stage !== 'DRAFT') throw new PortalRefusal('NO_LONGER_A_DRAFT');
    return draft;
  }

  async function save({ row }: PortalJob, content: DraftContent): Promise<void> {
    if (!(await jobs.saveContent(row.id, content))) throw new PortalRefusal('NO_LONGER_A_DRAFT');
  }

  /** Every mistake of the draft as it is now. */
  async function problemsOf(request: FastifyRequest, draft: PortalJob): Promise<readonly FieldProblem[]> {
    const { id, organization, reference } = draft.row;
    const { texts } = await contextOf(parts, cookies, request);
    const own = draft.content.ownReference.trim();
    const contents = await documents.contents(id);
    const jobRequest = jobRequestOf(own === '' ? reference : own, draft.content, contents);
    const { problems } = await parts.clientOf(organization).checkPortalJob(jobRequest);
    const listed = await documents.list(id);
    return fieldProblemsOf(problems, { content: draft.content, documents: listed }, texts);
  }

  /** Adds files that can be signed; the others are named. */
  async function addFiles(
    request: FastifyRequest,
    draft: PortalJob,
    files: readonly UploadedFile[],
  ): Promise<readonly FieldProblem[]> {
    const { texts } = await contextOf(parts, cookies, request);
    const client = parts.clientOf(draft.row.organization);
    const refused: FieldProblem[] = [];
    for (const { name, content } of files) {
      const title = titleOfFileName(name);
      const there = await documents.list(draft.row.id);
      const size = there.reduce((sum, document) => sum + document.size, content.byteLength);
      if (there.length >= MOST_DOCUMENTS || size > MAX_DOCUMENT_BYTES) {
        refused.push({ step: 'documents', field: 'files', text: texts.problems.tooManyDocuments });
        continue;
      }
      const check = await client.checkPortalJob({ documents: [{ content, title, name: 'document-1.pdf' }] });
      const problem = check.problems.find(({ path }) => /^documents\[0\](?!\.title)/u.test(path));
      if (problem !== undefined) {
        const text = texts.problems.documentNotAccepted(title);
        refused.push({ step: 'documents', field: 'files', text, detail: problem.message });
        continue;
      }
      const pdf = check.documents[0]?.pdf;
      const facts = {
        name,
        title,
        ...(pdf !== undefined && { pages: pdf.pages, version: pdf.version }),
        ...(pdf?.isPdfA === true && pdf.pdfaLevel !== undefined && { pdfA: pdf.pdfaLevel }),
      };
      if (!(await documents.add(draft.row.id, facts, content))) {
        throw new PortalRefusal('NO_LONGER_A_DRAFT');
      }
    }
    return refused;
  }

  /** Goes to the step that the pressed button leads to; a step with mistakes is not left by *Next*. */
  async function goOn(
    request: DraftRequest,
    reply: FastifyReply,
    { draft, step, action }: { draft: PortalJob; step: Step; action: string },
  ): Promise<FastifyReply> {
    const path = `/drafts/${draft.row.id}`;
    if (action === 'back')
      return await sendOn(reply, `${path}/${step === 'signers' ? 'documents' : 'signers'}`);
    if (action !== 'next') return await sendOn(reply, `${path}/${step}`);
    const saved = await draftOf(request);
    const problems = (await problemsOf(request, saved)).filter((problem) => problem.step === step);
    if (problems.length > 0) return await showStep(request, reply, { step, draft: saved, problems });
    const next = { documents: 'signers', signers: 'information', information: 'summary' }[step];
    return await sendOn(reply, `${path}/${next}`);
  }

  async function showStep(
    request: DraftRequest,
    reply: FastifyReply,
    { step, draft, problems }: { step: Step; draft: PortalJob; problems: readonly FieldProblem[] },
  ): Promise<FastifyReply> {
    const pages = { documents: documentsPage, signers: signersPage, information: informationPage };
    const [context, shown] = await shownDraft(request, draft, problems, `/drafts/${draft.row.id}/${step}`);
    const page = pages[step](shown, context);
    return await sendPage(reply, problems.length > 0 ? { ...page, status: 422 } : page, context);
  }

  async function showSummary(
    request: DraftRequest,
    reply: FastifyReply,
    about: { draft: PortalJob; problems: readonly FieldProblem[]; isSending: boolean },
  ): Promise<FastifyReply> {
    const { draft, problems, isSending } = about;
    const [context, shown] = await shownDraft(request, draft, problems, `/drafts/${draft.row.id}/summary`);
    return await sendPage(reply, summaryPage(shown, context, { isSending }), context);
  }

  async function shownDraft(
    request: FastifyRequest,
    { row }: PortalJob,
    problems: readonly FieldProblem[],
    path: string,
  ): Promise<readonly [PageContext, ShownDraft]> {
    // As it is saved now: the form may have changed it.
    const saved = await jobs.find(sessionOf(request), row.id);
    if (saved === undefined) throw new PortalRefusal('NOT_FOUND');
    const listed = await documents.list(row.id);
    const context = await contextOf(parts, cookies, request, path);
    return [
      { ...context, path },
      { id: row.id, content: saved.content, documents: listed, problems },
    ];
  }
}

/** Who does it, for the audit log. */
function auditOf(request: FastifyRequest): { readonly personId: string; readonly organization: string } {
  const { personId, organization } = sessionOf(request);
  return { personId, organization };
}
