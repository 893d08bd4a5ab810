import type { FastifyRequest } from 'fastify';
import type { PortalJob } from '../jobs/job-store.js';
import { PortalRefusal } from '../portal-refusal.js';
import type { Cookies } from '../server/cookies.js';
import type { PortalParts } from '../server/portal-parts.js';
import { auditOf, contextOf, sessionOf } from '../server/portal-request.js';
import { fieldProblemsOf, type FieldProblem } from './draft-problems.js';
import { jobRequestOf } from './job-request.js';

/** A request for a page or form of a draft. */
export type DraftRequest = FastifyRequest<{
  Params: { id: string };
  Querystring: {
    /** `yes`: the page shows the mistakes of the draft. */
    check?: string;
    /** The place to which a signer was just moved. */
    moved?: string;
  };
}>;
type RequestWithId = FastifyRequest<{ Params: { id: string } }>;

/** The draft that a request names, as far as its person may see it. */
export class DraftAccess {
  readonly #parts: PortalParts;
  readonly #cookies: Cookies;

  constructor(parts: PortalParts, cookies: Cookies) {
    this.#parts = parts;
    this.#cookies = cookies;
  }

  /** A job in any stage. @throws PortalRefusal NOT_FOUND */
  async find(request: RequestWithId): Promise<PortalJob> {
    const job = await this.#parts.jobs.find(sessionOf(request), request.params.id);
    if (job === undefined) throw new PortalRefusal('NOT_FOUND');
    return job;
  }

  /** @throws PortalRefusal NOT_FOUND, NO_LONGER_A_DRAFT, so that the back button does not change what was sent */
  async findDraft(request: RequestWithId): Promise<PortalJob> {
    const job = await this.find(request);
    if (job.row.stage !== 'DRAFT') throw new PortalRefusal('NO_LONGER_A_DRAFT');
    return job;
  }

  /** A manager may open the drafts of others, which the audit log then says. */
  async recordForeignDraft(request: FastifyRequest, { row }: PortalJob): Promise<void> {
    if (row.person_id === sessionOf(request).personId) return;
    await this.#parts.audit.write({ action: 'DRAFT_SEEN', ...auditOf(request), jobId: row.id });
  }

  /** Every mistake of the draft as it is now. */
  async problemsOf(request: FastifyRequest, draft: PortalJob): Promise<readonly FieldProblem[]> {
    const { jobs, clientOf, now } = this.#parts;
    const { id, organization, reference } = draft.row;
    const { texts } = await contextOf(this.#parts, this.#cookies, request);
    const own = draft.content.ownReference.trim();
    const contents = await jobs.documents.contents(id);
    const jobRequest = jobRequestOf(own === '' ? reference : own, draft.content, contents);
    const { problems } = await clientOf(organization).checkPortalJob(jobRequest);
    const documents = await jobs.documents.list(id);
    return fieldProblemsOf(problems, { content: draft.content, documents, now: now() }, texts);
  }
}

/** The version of the draft that a form was made of; 0 where it does not say. */
export function versionOf(fields: Readonly<Record<string, string>>): number {
  const { version = '' } = fields;
  return /^\d{1,9}$/u.test(version) ? Number(version) : 0;
}
