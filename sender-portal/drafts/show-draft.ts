import type { FastifyReply, FastifyRequest } from 'fastify';
import type { PortalJob } from '../jobs/job-store.js';
import { documentsPage } from '../pages/documents-page.js';
import { informationPage } from '../pages/information-page.js';
import type { PageContext } from '../pages/page-context.js';
import { signersPage } from '../pages/signers-page.js';
import type { ShownDraft } from '../pages/step-page.js';
import { summaryPage } from '../pages/summary-page.js';
import { PortalRefusal } from '../portal-refusal.js';
import type { Cookies } from '../server/cookies.js';
import type { PortalParts } from '../server/portal-parts.js';
import { contextOf, sendPage, sessionOf } from '../server/portal-request.js';
import type { DraftRequest } from './draft-access.js';
import type { DraftContent } from './draft-content.js';
import { refusalTextOf, type FieldProblem, type Step } from './draft-problems.js';

/** What was typed into a form. */
export interface TypedForm {
  readonly fields: Readonly<Record<string, string>>;
  readonly content: DraftContent;
}

/** A step as the answer shows it. */
export interface AnsweredStep {
  readonly step: Step;
  readonly draft: PortalJob;
  readonly problems: readonly FieldProblem[];
  /** @default 422, where there are problems */
  readonly status?: number;
  /** What was typed and is not saved. */
  readonly typed?: TypedForm;
}

/** A summary as the answer shows it. */
export interface AnsweredSummary {
  readonly draft: PortalJob;
  readonly problems: readonly FieldProblem[];
  /** The form was of an earlier version of the draft. */
  readonly isStale?: boolean;
}

const PAGES = { documents: documentsPage, signers: signersPage, information: informationPage };

/** Answers with the pages of a draft, as it is saved now. */
export class DraftAnswers {
  readonly #parts: PortalParts;
  readonly #cookies: Cookies;

  constructor(parts: PortalParts, cookies: Cookies) {
    this.#parts = parts;
    this.#cookies = cookies;
  }

  async showStep(request: DraftRequest, reply: FastifyReply, about: AnsweredStep): Promise<FastifyReply> {
    const { step, draft, problems, status = 422, typed } = about;
    const [context, saved] = await this.#shown(request, draft, { problems, page: step });
    const moved = Number(request.query.moved);
    const shown = {
      ...(typed === undefined ? saved : withTyped(saved, typed)),
      ...(Number.isInteger(moved) && moved >= 1 && moved <= saved.content.signers.length && { moved }),
    };
    const page = PAGES[step](shown, context);
    return await sendPage(reply, problems.length > 0 ? { ...page, status } : page, context);
  }

  async showSummary(
    request: DraftRequest,
    reply: FastifyReply,
    { draft, problems, isStale = false }: AnsweredSummary,
  ): Promise<FastifyReply> {
    const [context, saved] = await this.#shown(request, draft, { problems, page: 'summary' });
    const sendsEmails = await this.#parts.sendsEmails();
    const shown = { ...saved, ...(sendsEmails !== undefined && { sendsEmails }) };
    if (!isStale) return await sendPage(reply, summaryPage(shown, context), context);
    const notice = context.texts.summaryIsOld;
    return await sendPage(reply, { ...summaryPage({ ...shown, notice }, context), status: 409 }, context);
  }

  async #shown(
    request: FastifyRequest,
    { row }: PortalJob,
    { problems, page }: { readonly problems: readonly FieldProblem[]; readonly page: Step | 'summary' },
  ): Promise<readonly [PageContext, ShownDraft]> {
    const { jobs } = this.#parts;
    // The form may have changed it.
    const saved = await jobs.find(sessionOf(request), row.id);
    if (saved === undefined) throw new PortalRefusal('NOT_FOUND');
    const { version, stage, refusal } = saved.row;
    const documents = await jobs.documents.list(row.id);
    const path = `/drafts/${row.id}/${page}`;
    const context = { ...(await contextOf(this.#parts, this.#cookies, request, path)), path };
    const shown = {
      id: row.id,
      version,
      isSending: stage === 'SENDING',
      content: saved.content,
      documents,
      problems,
      ...(refusal !== null && { notice: refusalTextOf(refusal, context.texts) }),
    };
    return [context, shown];
  }
}

function withTyped(draft: ShownDraft, { content, fields }: TypedForm): ShownDraft {
  const documents = draft.documents.map((document) => ({
    ...document,
    title: fields[`title-${document.id}`] ?? document.title,
  }));
  return { ...draft, content, documents, isUnsaved: true };
}
