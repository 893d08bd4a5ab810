import type { Kysely } from 'kysely';
import type { Tables } from './database/tables.js';

/** Every kind of line in the audit log. */
export const AUDIT_ACTIONS = [
  'LOGGED_IN',
  'LOGIN_REFUSED',
  'LOGIN_FAILED',
  'LOGGED_OUT',
  'ORGANIZATION_CHOSEN',
  'DRAFT_CREATED',
  'DRAFT_SEEN',
  'DOCUMENT_UPLOADED',
  'DOCUMENT_REMOVED',
  'DRAFT_DELETED',
  'JOB_SENT',
  'JOB_SEEN',
  'JOB_CANCELLED',
  'JOB_SENT_AGAIN',
  'DOCUMENT_SEEN',
  'DOCUMENT_DOWNLOADED',
  'SEARCHED',
  'BATCH_CHECKED',
  'BATCH_SENT',
  'BATCH_SEEN',
  'BATCH_PAUSED',
  'BATCH_RESUMED',
  'BATCH_CANCELLED',
  'BATCH_DELETED',
  'BATCH_RESULTS_DOWNLOADED',
  'ROLE_GIVEN',
  'ROLE_ENDED',
  'RECOGNISED_ANEW',
  'PEOPLE_SEEN',
  'AUDIT_SEEN',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** One line: who did or saw what. Without personal data, apart from the person's id. */
export interface AuditLine {
  readonly action: AuditAction;
  readonly personId?: string;
  readonly organization?: string;
  readonly jobId?: string;
  readonly detail?: string;
}

/** A line as it is shown; `action` is a word that a later version may have added. */
export interface ShownAuditLine extends Omit<AuditLine, 'action'> {
  /** A later line has a higher number. */
  readonly id: string;
  readonly action: string;
  readonly at: Date;
  /** Of the job, where it still exists. */
  readonly reference?: string;
}

/** The audit log. A line is written before the answer is sent: what cannot be recorded is not shown. */
export class Audit {
  readonly #tables: Kysely<Tables>;
  readonly #now: () => Date;

  constructor(tables: Kysely<Tables>, now: () => Date) {
    this.#tables = tables;
    this.#now = now;
  }

  async write({ action, personId, organization, jobId, detail }: AuditLine): Promise<void> {
    await this.#tables
      .insertInto('audit')
      .values({
        at: this.#now(),
        action,
        person_id: personId ?? null,
        organization: organization ?? null,
        job_id: jobId ?? null,
        detail: detail ?? null,
      })
      .execute();
  }

  /**
   * The newest lines of an organisation, and failed log-ins, of which no organisation is known.
   * @param before only lines before the one with this id. @default all
   */
  async newestOf(
    organization: string,
    { limit, before }: { readonly limit: number; readonly before?: string | undefined },
  ): Promise<readonly ShownAuditLine[]> {
    const rows = await this.#tables
      .selectFrom('audit')
      .leftJoin('jobs', (join) =>
        join.onRef('jobs.id', '=', 'audit.job_id').onRef('jobs.organization', '=', 'audit.organization'),
      )
      .selectAll('audit')
      .select('jobs.reference')
      .where((where) =>
        where.and([
          ...(before === undefined ? [] : [where('audit.id', '<', before)]),
          where.or([
            where('audit.organization', '=', organization),
            where.and([where('audit.organization', 'is', null), where('audit.person_id', 'is', null)]),
          ]),
        ]),
      )
      .orderBy('audit.id', 'desc')
      .limit(limit)
      .execute();
    return rows.map(({ id, at, action, person_id, job_id, detail, reference }) => ({
      id,
      at,
      action,
      ...(person_id !== null && { personId: person_id }),
      ...(job_id !== null && { jobId: job_id }),
      ...(detail !== null && { detail }),
      ...(reference !== null && { reference }),
    }));
  }
}
