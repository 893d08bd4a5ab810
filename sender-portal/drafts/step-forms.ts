import type { FastifyInstance, FastifyReply } from 'fastify';
import type { PortalJob } from '../jobs/job-store.js';
import type { Cookies } from '../server/cookies.js';
import type { PortalParts } from '../server/portal-parts.js';
import { auditOf, contextOf, formOf, hasFormToken, sendOn } from '../server/portal-request.js';
import { addFiles } from './add-files.js';
import { versionOf, type DraftAccess, type DraftRequest } from './draft-access.js';
import {
  emptySignersOf,
  moveOf,
  withDocumentsForm,
  withInformationForm,
  withSignersForm,
} from './draft-forms.js';
import type { FieldProblem, Step } from './draft-problems.js';
import { readUpload } from './read-upload.js';
import type { DraftAnswers, TypedForm } from './show-draft.js';

/** Each form checks its token itself, to show what was typed again. */
const CHECKS_TOKEN = { config: { checksToken: true } };

/** The argument of {@link addStepForms}. */
export interface StepFormParts {
  readonly parts: PortalParts;
  readonly cookies: Cookies;
  readonly access: DraftAccess;
  readonly answers: DraftAnswers;
}

/** The forms of the three steps. */
export function addStepForms(
  server: FastifyInstance,
  { parts, cookies, access, answers }: StepFormParts,
): void {
  const { jobs, audit } = parts;
  const { documents } = jobs;

  server.post('/drafts/:id/documents', CHECKS_TOKEN, async (request: DraftRequest, reply) => {
    await access.findDraft(request);
    const { fields, files, isOwn } = await readUpload(request, (token) => hasFormToken(request, token));
    // As it is after the upload, which may take minutes.
    const draft = await access.findDraft(request);
    const { id } = draft.row;
    const content = withDocumentsForm(draft.content, fields);
    const isKept = await keep(request, reply, { step: 'documents', draft, fields, content, isOwn });
    if (!isKept) return reply;
    const { action = 'next' } = fields;
    const listed = await documents.list(id);
    for (const document of listed) {
      const title = fields[`title-${document.id}`];
      if (title !== undefined && title !== document.title) await documents.rename(id, document, title);
    }
    const removed = listed.find((document) => action === `remove:${document.id}`);
    if (removed !== undefined && (await documents.remove(id, removed))) {
      await audit.write({ action: 'DOCUMENT_REMOVED', ...auditOf(request), jobId: id, detail: removed.id });
    }
    const { texts } = await contextOf(parts, cookies, request);
    const refused = await addFiles(parts, request, { draft, files, texts });
    if (refused.length > 0) {
      return await answers.showStep(request, reply, { step: 'documents', draft, problems: refused });
    }
    return await goOn(request, reply, { draft, step: 'documents', action });
  });

  server.post('/drafts/:id/signers', CHECKS_TOKEN, async (request: DraftRequest, reply) => {
    const draft = await access.findDraft(request);
    const fields = formOf(request);
    const { person } = await contextOf(parts, cookies, request);
    const isStale = versionOf(fields) !== draft.row.version;
    const before = isStale ? { ...draft.content, signers: emptySignersOf(fields) } : draft.content;
    const content = withSignersForm(before, fields, { emailAddress: person?.emailAddress ?? '' });
    const isKept = await keep(request, reply, { step: 'signers', draft, fields, content });
    if (!isKept) return reply;
    const { action = 'next' } = fields;
    const place = placeAfter(action, before.signers.length, content.signers.length);
    return await goOn(request, reply, { draft, step: 'signers', action, place });
  });

  server.post('/drafts/:id/information', CHECKS_TOKEN, async (request: DraftRequest, reply) => {
    const draft = await access.findDraft(request);
    const fields = formOf(request);
    const content = withInformationForm(draft.content, fields);
    const isKept = await keep(request, reply, { step: 'information', draft, fields, content });
    if (!isKept) return reply;
    return await goOn(request, reply, { draft, step: 'information', action: fields['action'] ?? 'next' });
  });

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
    const current = await access.findDraft(request);
    const { texts } = await contextOf(parts, cookies, request);
    const text = isOwnForm ? texts.problems.changedElsewhere : texts.problems.formTooOld;
    const problems: FieldProblem[] = [{ step, field: 'content', text }];
    const status = isOwnForm ? 409 : 403;
    const typed = { content, fields };
    await answers.showStep(request, reply, { step, draft: current, problems, status, typed });
    return false;
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
    const saved = await access.findDraft(request);
    const problems = (await access.problemsOf(request, saved)).filter((problem) => problem.step === step);
    if (problems.length > 0) return await answers.showStep(request, reply, { step, draft: saved, problems });
    const next = { documents: 'signers', signers: 'information', information: 'summary' }[step];
    return await sendOn(reply, `${path}/${next}`);
  }
}

/** A form of a step as it was posted. */
interface PostedForm extends TypedForm {
  readonly step: Step;
  readonly draft: PortalJob;
  /** Absent: `fields` has the token. */
  readonly isOwn?: boolean;
}

/** Where the page goes on after a button of the list of signers, and what it announces. */
function placeAfter(action: string, signersBefore: number, signers: number): string {
  const move = moveOf(action, signersBefore);
  if (move !== undefined) return `?moved=${move.to + 1}#signer-${move.to + 1}`;
  const [verb = '', place = ''] = action.split(':');
  if (verb === 'add' || verb === 'myself') return `#signer-${signers}`;
  return verb === 'remove' && /^\d{1,2}$/u.test(place)
    ? `#signer-${Math.min(Number(place) + 1, signers)}`
    : '';
}
