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
import { contextOf, formOf, hasFormToken, sendOn, sendPage, sessionOf } from '../server/portal-request.js';
import { DOCUMENT_HEADERS } from '../server/security-headers.js';
import type { DraftContent } from './draft-content.js';
import { emptySignersOf, withDocumentsForm, withInformationForm, withSignersForm } from './draft-forms.js';
import { fieldProblemsOf, refusalTextOf, STEPS, type FieldProblem, type Step } from './draft-problems.js';
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

  for (const step of STEPS) {
    server.get(`/drafts/:id/${step}`, async (request: DraftRequest, reply) => {
      const draft = await find(request);
      const { id, stage } = draft.row;
      if (stage !== 'DRAFT') {
        return await sendOn(reply, stage === 'SENT' ? `/jobs/${id}` : `/drafts/${id}/summary`);
      }
      await recordForeignDraft(request, draft);
      const problems = request.query.check === 'yes' ? await problemsOf(request, draft) : [];
      return await showStep(request, reply, { step, draft, problems });
    });
  }
  server.post(
    '/drafts/:id/documents',
    { config: { checksToken: true } },
    async (request: DraftRequest, reply) => {
      await draftOf(request);
      const { fields, files, isOwn } = await readUpload(request, (token) => hasFormToken(request, token));
      // As it is after the upload, which may take minutes.
      const draft = await draftOf(request);
      const { id } = draft.row;
      const content = withDocumentsForm(draft.content, fields);
      const isKept = await keep(request, reply, { step: 'documents', draft, fields, content, isOwn });
      if (!isKept) return reply;
      const { action = 'next' } = fields;
      for (const document of await documents.list(id)) {
        const title = fields[`title-${document.id}`];
        if (title !== undefined && title !== document.title) await documents.rename(id, document, title);
      }
      const removed = /^remove:(.+)$/u.exec(action)?.[1];
      if (removed !== undefined && (await documents.remove(id, removed))) {
        await audit.write({ action: 'DOCUMENT_REMOVED', ...auditOf(request), jobId: id, detail: removed });
      }
      const refused = await addFiles(request, draft, files);
      if (refused.length > 0) {
        return await showStep(request, reply, { step: 'documents', draft, problems: refused });
      }
      return await goOn(request, reply, { draft, step: 'documents', action });
    },
  );
  server.post(
    '/drafts/:id/signers',
    { config: { checksToken: true } },
    async (request: DraftRequest, reply) => {
      const draft = await draftOf(request);
      const fields = formOf(request);
      const { person } = await contextOf(parts, cookies, request);
      const isStale = versionOf(fields) !== draft.row.version;
      const before = isStale ? { ...draft.content, signers: emptySignersOf(fields) } : draft.content;
      const content = withSignersForm(before, fields, { emailAddress: person?.emailAddress ?? '' });
      const isKept = await keep(request, reply, { step: 'signers', draft, fields, content });
      if (!isKept) return reply;
      const { action = 'next' } = fields;
      const place = placeAfter(action, content.signers.length);
      return await goOn(request, reply, { draft, step: 'signers', action, place });
    },
  );
  server.post(
    '/drafts/:id/information',
    { config: { checksToken: true } },
    async (request: DraftRequest, reply) => {
      const draft = await draftOf(request);
      const fields = formOf(request);
      const content = withInformationForm(draft.content, fields);
      const isKept = await keep(request, reply, { step: 'information', draft, fields, content });
      if (!isKept) return reply;
      return await goOn(request, reply, { draft, step: 'information', action: fields['action'] ?? 'next' });
    },
  );

  server.get('/drafts/:id/summary', async (request: DraftRequest, reply) => {
    const draft = await find(request);
    if (draft.row.stage === 'SENT') return await sendOn(reply, `/jobs/${draft.row.id}`);
    await recordForeignDraft(request, draft);
    const problems = draft.row.stage === 'DRAFT' ? await problemsOf(request, draft) : [];
    return await showSummary(request, reply, { draft, problems });
  });
  server.post('/drafts/:id/send', async (request: DraftRequest, reply) => {
    const draft = await find(request);
    const { id, stage, version } = draft.row;
    if (stage === 'SENT') return await sendOn(reply, `/jobs/${id}`);
    const isStale = stage === 'DRAFT' && versionOf(formOf(request)) !== version;
    const problems = stage === 'DRAFT' ? await problemsOf(request, draft) : [];
    if (isStale || problems.length > 0)
      return await showSummary(request, reply, { draft, problems, isStale });
    const { texts } = await contextOf(parts, cookies, request);
    const outcome = await sendJob(parts, draft, sessionOf(request).personId);
    switch (outcome.kind) {
      case 'SENT':
        return await sendOn(reply, `/jobs/${id}`);
      case 'NOT_NOW':
        return await sendOn(reply, `/drafts/${id}/summary`);
      case 'CHANGED':
        return await showSummary(request, reply, { draft, problems, isStale: true });
      case 'REFERENCE_TAKEN': {
        const text = texts.problems.referenceTaken;
        const problem: FieldProblem = { step: 'information', field: 'ownReference', text };
        return await showSummary(request, reply, { draft, problems: [problem] });
      }
      case 'REFUSED': {
        const outline = { content: draft.content, documents: await documents.list(id), now: parts.now() };
        const refused = fieldProblemsOf(outcome.problems, outline, texts);
        return await showSummary(request, reply, { draft, problems: refused });
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

  /** A manager may open the drafts of others, which the audit log then says. */
  async function recordForeignDraft(request: FastifyRequest, { row }: PortalJob): Promise<void> {
    if (row.person_id === sessionOf(request).personId) return;
    await audit.write({ action: 'DRAFT_SEEN', ...auditOf(request), jobId: row.id });
  }

  /**
   * Keeps what a form says. A form with another token, or of an earlier version of the draft, is shown again with what was
   * typed and the reason, and overwrites nothing.
   * @returns false where nothing was kept, and the answer is sent
   */
  async function keep(
    request: DraftRequest,
    reply: FastifyReply,
    { step, draft, fields, content, isOwn }: PostedForm,
  ): Promise<boolean> {
    const isOwnForm = isOwn ?? hasFormToken(request, fields['formToken']);
    if (isOwnForm && (await jobs.saveContent(draft.row.id, versionOf(fields), content))) return true;
    const current = await draftOf(request);
    const { texts } = await contextOf(parts, cookies, request);
    const text = isOwnForm ? texts.problems.changedElsewhere : texts.problems.formTooOld;
    const problems: FieldProblem[] = [{ step, field: 'content', text }];
    const status = isOwnForm ? 409 : 403;
    await showStep(request, reply, {
      step,
      draft: current,
      problems,
      status,
      typed: { content, fields },
    });
    return false;
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
    const outline = { content: draft.content, documents: listed, now: parts.now() };
    return fieldProblemsOf(problems, outline, texts);
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
      const added = await documents.add(draft.row.id, facts, content);
      if (added === undefined) throw new PortalRefusal('NO_LONGER_A_DRAFT');
      await audit.write({
        action: 'DOCUMENT_UPLOADED',
        ...auditOf(request),
        jobId: draft.row.id,
        detail: added,
      });
    }
    return refused;
  }

  /** Goes to the step that the pressed button leads to; a step with mistakes is not left by *Next*. */
  async function goOn(
    request: DraftRequest,
    reply: FastifyReply,
    about: { draft: PortalJob; step: Step; action: string; place?: string },
  ): Promise<FastifyReply> {
    const { draft, step, action, place = '' } = about;
    const path = `/drafts/${draft.row.id}`;
    if (action === 'back')
      return await sendOn(reply, `${path}/${step === 'signers' ? 'documents' : 'signers'}`);
    if (action !== 'next') return await sendOn(reply, `${path}/${step}${place}`);
    const saved = await draftOf(request);
    const problems = (await problemsOf(request, saved)).filter((problem) => problem.step === step);
    if (problems.length > 0) return await showStep(request, reply, { step, draft: saved, problems });
    const next = { documents: 'signers', signers: 'information', information: 'summary' }[step];
    return await sendOn(reply, `${path}/${next}`);
  }

  async function showStep(
    request: DraftRequest,
    reply: FastifyReply,
    { step, draft, problems, status = 422, typed }: ShownStep,
  ): Promise<FastifyReply> {
    const pages = { documents: documentsPage, signers: signersPage, information: informationPage };
    const [context, saved] = await shownDraft(request, draft, problems, `/drafts/${draft.row.id}/${step}`);
    const shown = typed === undefined ? saved : withTyped(saved, typed);
    const page = pages[step](shown, context);
    return await sendPage(reply, problems.length > 0 ? { ...page, status } : page, context);
  }

  async function showSummary(
    request: DraftRequest,
    reply: FastifyReply,
    about: { draft: PortalJob; problems: readonly FieldProblem[]; isStale?: boolean },
  ): Promise<FastifyReply> {
    const { draft, problems, isStale = false } = about;
    const [context, shown] = await shownDraft(request, draft, problems, `/drafts/${draft.row.id}/summary`);
    const page = summaryPage(shown, context);
    if (!isStale) return await sendPage(reply, page, context);
    const notice = context.texts.summaryIsOld;
    return await sendPage(reply, { ...summaryPage({ ...shown, notice }, context), status: 409 }, context);
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
    const { version, stage, refusal } = saved.row;
    const listed = await documents.list(row.id);
    const context = await contextOf(parts, cookies, request, path);
    return [
      { ...context, path },
      {
        id: row.id,
        version,
        isSending: stage === 'SENDING',
        content: saved.content,
        documents: listed,
        problems,
        ...(refusal !== null && { notice: refusalTextOf(refusal, context.texts) }),
      },
    ];
  }
}

/** A form of a step as it was posted. */
interface PostedForm {
  readonly step: Step;
  readonly draft: PortalJob;
  readonly fields: Readonly<Record<string, string>>;
  readonly content: DraftContent;
  /** Absent: `fields` has the token. */
  readonly isOwn?: boolean;
}

interface ShownStep {
  readonly step: Step;
  readonly draft: PortalJob;
  readonly problems: readonly FieldProblem[];
  /** @default 422, where there are problems */
  readonly status?: number;
  /** What was typed and is not saved. */
  readonly typed?: Pick<PostedForm, 'content' | 'fields'>;
}

function withTyped(
  draft: ShownDraft,
  { content, fields }: Pick<PostedForm, 'content' | 'fields'>,
): ShownDraft {
  const documents = draft.documents.map((document) => ({
    ...document,
    title: fields[`title-${document.id}`] ?? document.title,
  }));
  return { ...draft, content, documents };
}

/** The version of the draft that a form was made of; 0 where it does not say. */
function versionOf(fields: Readonly<Record<string, string>>): number {
  const { version = '' } = fields;
  return /^\d{1,9}$/u.test(version) ? Number(version) : 0;
}

/** Where the keyboard goes on after a button of the list of signers. */
function placeAfter(action: string, signers: number): string {
  const [verb = '', place = ''] = action.split(':');
  const number = Number(place) + 1;
  switch (verb) {
    case 'add':
    case 'myself':
      return `#signer-${signers}`;
    case 'up':
      return `#signer-${number - 1}`;
    case 'down':
      return `#signer-${number + 1}`;
    case 'remove':
      return `#signer-${Math.min(number, signers)}`;
    default:
      return '';
  }
}

/** Who does it, for the audit log. */
function auditOf(request: FastifyRequest): { readonly personId: string; readonly organization: string } {
  const { personId, organization } = sessionOf(request);
  return { personId, organization };
}
