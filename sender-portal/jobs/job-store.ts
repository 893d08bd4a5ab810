import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import { SigningError } from '@signering/schema';
import { isUniqueViolation } from '../database/open-database.js';
import type { Sealing } from '../database/sealing.js';
import type { JobRow, Overview, Tables } from '../database/tables.js';
import { automaticReferenceOf } from '../drafts/automatic-reference.js';
import { EMPTY_DRAFT, parseDraftContent, type DraftContent } from '../drafts/draft-content.js';
import type { Session } from '../login/sessions.js';
import type { Language } from '../texts/index.js';
import { DocumentStore } from './document-store.js';
import { JobWorkStore } from './job-work-store.js';

/** A job of the portal, with what the person wrote. */
export interface PortalJob {
  readonly row: JobRow;
  readonly content: DraftContent;
  /** What the person wrote cannot be read, with this code; `content` is empty. */
  readonly unreadable?: string;
}

/** Whose jobs a person may see. */
export type Viewer = Pick<Session, 'organization' | 'personId' | 'role'>;

/** Who sends a job, and the language of the person's pages. */
export interface JobSender {
  readonly personId: string;
  readonly language: Language;
}

/** A page of an overview. */
export interface OverviewPage {
  readonly jobs: readonly PortalJob[];
  readonly hasMore: boolean;
}

/** Jobs on one page of an overview. */
const PAGE_SIZE = 25;
/** What lists without pages show. */
export const MOST_LISTED = 50;

/** The jobs of the portal, drafts included. Each read names who looks, and finds only what that person may see. */
export class JobStore {
  readonly #tables: Kysely<Tables>;
  readonly #sealing: Sealing;
  readonly #now: () => Date;
  readonly documents: DocumentStore;
  /** For the processes that send jobs and follow them. */
  readonly work: JobWorkStore;

  constructor(tables: Kysely<Tables>, sealing: Sealing, now: () => Date) {
    this.work = new JobWorkStore(tables, sealing, now);
    this.documents = new DocumentStore(tables, sealing, now);
    this.#tables = tables;
    this.#sealing = sealing;
    this.#now = now;
  }

  /**
   * @param from the stopped job that the new one replaces
   * @returns the id; undefined where another draft replaces that job already
   */
  async createDraft(viewer: Viewer, from: PortalJob): Promise<string | undefined>;
  async createDraft(viewer: Viewer): Promise<string>;
  async createDraft(viewer: Viewer, from?: PortalJob): Promise<string | undefined> {
    const id = randomUUID();
    const now = this.#now();
    const content = from === undefined ? EMPTY_DRAFT : { ...from.content, ownReference: '', sendAt: '' };
    const create = this.#tables.transaction().execute(async (tables) => {
      await tables
        .insertInto('jobs')
        .values({
          id,
          organization: viewer.organization,
          person_id: viewer.personId,
          reference: automaticReferenceOf(id),
          stage: 'DRAFT',
          sealed: this.#seal(id, content),
          created_at: now,
          changed_at: now,
          sent_at: null,
          overview: null,
          described: null,
          deadline: null,
          ended_at: null,
          checked_at: null,
          replaces: from?.row.id ?? null,
        })
        .execute();
      if (from !== undefined) await this.documents.copy(tables, from.row.id, id);
      return id;
    });
    return await (from === undefined ? create : create.catch(undefinedWhereTaken));
  }

  async find(viewer: Viewer, id: string): Promise<PortalJob | undefined> {
    if (!UUID.test(id)) return undefined;
    const query = this.#visibleTo(viewer).selectAll().where('id', '=', id).where('stage', '<>', 'BATCH');
    const row = await query.executeTakeFirst();
    return row && this.#open(row);
  }

  /** The job that replaces a stopped one, also one that another person made. */
  async replacementOf(organization: string, id: string): Promise<Pick<PortalJob, 'row'> | undefined> {
    const query = this.#tables.selectFrom('jobs').selectAll();
    const row = await query
      .where('organization', '=', organization)
      .where('replaces', '=', id)
      .executeTakeFirst();
    return row && { row };
  }

  /** The drafts that were changed last, and one more than {@link MOST_LISTED} where there are others. */
  async draftsOf(viewer: Viewer): Promise<readonly PortalJob[]> {
    const rows = await this.#visibleTo(viewer)
      .selectAll()
      .where('stage', 'in', ['DRAFT', 'SENDING'])
      .orderBy('changed_at', 'desc')
      .limit(MOST_LISTED + 1)
      .execute();
    return rows.map((row) => this.#openInList(row));
  }

  async overview(viewer: Viewer, overview: Overview, page: number): Promise<OverviewPage> {
    const rows = await this.#visibleTo(viewer)
      .selectAll()
      .where('overview', '=', overview)
      .orderBy('sent_at', 'desc')
      .offset((page - 1) * PAGE_SIZE)
      .limit(PAGE_SIZE + 1)
      .execute();
    return {
      jobs: rows.slice(0, PAGE_SIZE).map((row) => this.#openInList(row)),
      hasMore: rows.length > PAGE_SIZE,
    };
  }

  /**
   * The newest jobs that were sent, found by one of these hashes, or all of them, within a time range; one more than
   * {@link MOST_LISTED} where there are others.
   */
  async search(
    viewer: Viewer,
    { hashes, from, until }: { hashes?: readonly string[]; from?: Date; until?: Date },
  ): Promise<readonly PortalJob[]> {
    let query = this.#visibleTo(viewer).selectAll().where('stage', '=', 'SENT');
    if (hashes !== undefined) {
      query = query.where((where) =>
        where.exists(
          where
            .selectFrom('search_terms')
            .select('hash')
            .whereRef('search_terms.job_id', '=', 'jobs.id')
            .where('hash', 'in', hashes),
        ),
      );
    }
    if (from !== undefined) query = query.where('sent_at', '>=', from);
    if (until !== undefined) query = query.where('sent_at', '<', until);
    const rows = await query
      .orderBy('sent_at', 'desc')
      .limit(MOST_LISTED + 1)
      .execute();
    return rows.map((row) => this.#openInList(row));
  }

  /** Keeps what the person wrote. @returns false where the draft has another version by now, or is being sent */
  async saveContent(id: string, version: number, content: DraftContent): Promise<boolean> {
    const saved = await this.#tables
      .updateTable('jobs')
      .set({
        sealed: this.#seal(id, content),
        changed_at: this.#now(),
        version: version + 1,
        refusal: null,
      })
      .where('id', '=', id)
      .where('version', '=', version)
      .where('stage', '=', 'DRAFT')
      .returning('id')
      .executeTakeFirst();
    return saved !== undefined;
  }

  /** @returns false once the job is being sent */
  async deleteDraft(id: string): Promise<boolean> {
    const deleted = await this.#tables
      .deleteFrom('jobs')
      .where('id', '=', id)
      .where('stage', '=', 'DRAFT')
      .returning('id')
      .executeTakeFirst();
    return deleted !== undefined;
  }

  /**
   * Fixes a draft of this version for sending: from now on its content and reference do not change.
   * @returns REFERENCE_TAKEN where another job of the portal has the reference; CHANGED where the draft has another version
   */
  async beginSending(
    job: PortalJob,
    { personId, language }: JobSender,
  ): Promise<'SENDING' | 'SENT' | 'REFERENCE_TAKEN' | 'CHANGED'> {
    const { id, version } = job.row;
    const own = job.content.ownReference.trim();
    const reference = own === '' ? automaticReferenceOf(id) : own;
    const now = this.#now();
    // Two tabs: the first changes the stage, the second finds it changed and sends the same job.
    const begun = await this.#tables
      .updateTable('jobs')
      .set({
        stage: 'SENDING',
        reference,
        changed_at: now,
        checked_at: now,
        refusal: null,
        sent_by: personId,
        language,
      })
      .where('id', '=', id)
      .where('version', '=', version)
      .where('stage', '=', 'DRAFT')
      .returning('id')
      .executeTakeFirst()
      .catch(undefinedWhereTaken);
    if (begun !== undefined) return 'SENDING';
    const { stage } = await this.#tables
      .selectFrom('jobs')
      .select('stage')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    if (stage === 'SENDING' || stage === 'SENT') return stage;
    const current = await this.#tables
      .selectFrom('jobs')
      .select('version')
      .where('id', '=', id)
      .executeTakeFirst();
    return current?.version === version ? 'REFERENCE_TAKEN' : 'CHANGED';
  }

  #visibleTo({ organization, personId, role }: Viewer) {
    const ofOrganization = this.#tables.selectFrom('jobs').where('organization', '=', organization);
    return role === 'ACCOUNT_MANAGER' ? ofOrganization : ofOrganization.where('person_id', '=', personId);
  }

  #seal(id: string, content: DraftContent): Buffer {
    return this.#sealing.sealJson(`jobs/${id}`, content);
  }

  /** One job that cannot be opened does not hide the others of a list. */
  #openInList(row: JobRow): PortalJob {
    try {
      return this.#open(row);
    } catch (error) {
      if (!(error instanceof SigningError)) throw error;
      return { row, content: EMPTY_DRAFT, unreadable: error.code };
    }
  }

  #open(row: JobRow): PortalJob {
    return {
      row,
      content: parseDraftContent(this.#sealing.openJson(`jobs/${row.id}`, Buffer.from(row.sealed))),
    };
  }
}

function undefinedWhereTaken(error: unknown): undefined {
  if (!isUniqueViolation(error)) throw error;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u;
