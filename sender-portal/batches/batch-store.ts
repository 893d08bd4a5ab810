import { randomUUID } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import { z } from 'zod';
import type { Sealing } from '../database/sealing.js';
import type { Tables } from '../database/tables.js';
import type { JobSender, Viewer } from '../jobs/job-store.js';
import type { Language } from '../texts/index.js';
import { parseFound, type FoundInTable } from './batch-check.js';
import { HEAD, type BatchHead } from './batch-head.js';
import { BatchWorkStore } from './batch-work-store.js';

const Facts = z.object({
  /** Title of the template when the table was uploaded. */
  title: z.string(),
  fileName: z.string(),
});
type Facts = z.infer<typeof Facts>;

/** A batch of the portal. */
export interface PortalBatch extends Facts {
  readonly row: BatchHead;
  /** Absent until the table is checked. */
  readonly found?: FoundInTable;
}

/** A table that a person has uploaded. */
export interface UploadedTable extends Facts {
  readonly content: Uint8Array;
  /** That of the page: columns that the table lacks are called so. */
  readonly language: Language;
}

/** A page of the list of batches. */
export interface ListedBatches {
  readonly batches: readonly PortalBatch[];
  readonly hasMore: boolean;
}

/** Batches on one page of their list. */
const PAGE_SIZE = 25;

/** The batches of the portal, as people see and change them. Tables, and what was found in them, are encrypted. */
export class BatchStore {
  readonly #tables: Kysely<Tables>;
  readonly #sealing: Sealing;
  readonly #now: () => Date;
  /** For the processes that check batches, send and follow them. */
  readonly work: BatchWorkStore;

  constructor(tables: Kysely<Tables>, sealing: Sealing, now: () => Date) {
    this.work = new BatchWorkStore(tables, sealing, now);
    this.#tables = tables;
    this.#sealing = sealing;
    this.#now = now;
  }

  /** Keeps a table for the check. @returns the batch's id */
  async create(viewer: Viewer, templateId: string, table: UploadedTable): Promise<string> {
    const id = randomUUID();
    const now = this.#now();
    await this.#tables
      .insertInto('batches')
      .values({
        id,
        organization: viewer.organization,
        person_id: viewer.personId,
        // Fixed here: every send, in any tab or process, is of one batch.
        reference: `B-${id.replaceAll('-', '').slice(0, 12)}`,
        template_id: templateId,
        stage: 'CHECKING',
        created_at: now,
        changed_at: now,
        ...this.#storedTable(id, table),
      })
      .execute();
    return id;
  }

  /** Has the batch checked again, with another table if there is one. @returns false once it is being sent */
  async checkAgain(id: string, table?: UploadedTable): Promise<boolean> {
    const changed = await this.#tables
      .updateTable('batches')
      .set({
        stage: 'CHECKING',
        changed_at: this.#now(),
        checked_at: null,
        found: null,
        refusal: null,
        round: sql<number>`round + 1`,
        attempts: 0,
        ...(table !== undefined && this.#storedTable(id, table)),
      })
      .where('id', '=', id)
      .where('stage', 'in', ['CHECKING', 'CHECKED'])
      .returning('id')
      .executeTakeFirst();
    return changed !== undefined;
  }

  /** @param options `withLeftOut`: also, of a batch that was sent, the rows that were left out. @default false */
  async find(viewer: Viewer, id: string, { withLeftOut = false } = {}): Promise<PortalBatch | undefined> {
    if (!UUID.test(id)) return undefined;
    const query = this.#visibleTo(viewer)
      .select([...HEAD, 'found'])
      .where('id', '=', id);
    const kept = await query.executeTakeFirst();
    if (kept === undefined) return undefined;
    const { found, ...row } = kept;
    if (found === null || (row.stage === 'SENT' && !withLeftOut)) return this.#open(row);
    const opened = this.#sealing.openJson(`batches/${id}/found`, Buffer.from(found));
    return { ...this.#open(row), found: parseFound(opened) };
  }

  /** A page of the batches, from 1, the newest first, without what was found in them. */
  async list(viewer: Viewer, page: number): Promise<ListedBatches> {
    const rows = await this.#visibleTo(viewer)
      .select(HEAD)
      .orderBy('created_at', 'desc')
      .orderBy('id')
      .offset((page - 1) * PAGE_SIZE)
      .limit(PAGE_SIZE + 1)
      .execute();
    return {
      batches: rows.slice(0, PAGE_SIZE).map((row) => this.#open(row)),
      hasMore: rows.length > PAGE_SIZE,
    };
  }

  /** @returns false once it is being sent */
  async delete(id: string): Promise<boolean> {
    const deleted = await this.#tables
      .deleteFrom('batches')
      .where('id', '=', id)
      .where('stage', 'in', ['CHECKING', 'CHECKED'])
      .returning('id')
      .executeTakeFirst();
    return deleted !== undefined;
  }

  /**
   * Fixes a checked batch for sending: its draft and table do not change any more.
   * @param round of the check that the person has seen
   * @returns CHANGED where the draft or the table is another one by now
   */
  async beginSending(
    { row }: PortalBatch,
    {
      personId,
      language,
      round,
      skipsWrong,
    }: JobSender & { readonly round: number; readonly skipsWrong: boolean },
  ): Promise<'SENDING' | 'CHANGED'> {
    return await this.#tables.transaction().execute(async (tables) => {
      const begun = await tables
        .updateTable('batches')
        .set({
          stage: 'SENDING',
          skips_wrong: skipsWrong,
          sent_by: personId,
          language,
          changed_at: this.#now(),
          checked_at: null,
          refusal: null,
        })
        .where('id', '=', row.id)
        .where('round', '=', round)
        .where('stage', '=', 'CHECKED')
        .returning('template_version')
        .executeTakeFirst();
      // Another tab was first, and has its audit line.
      if (begun === undefined) return (await this.#isBegun(tables, row.id)) ? 'SENDING' : 'CHANGED';
      const template = await tables
        .updateTable('jobs')
        .set({ stage: 'BATCH', changed_at: this.#now() })
        .where('id', '=', row.template_id)
        .where('stage', '=', 'DRAFT')
        .where('replaces', 'is', null)
        .where('version', '=', begun.template_version ?? 0)
        .returning('id')
        .executeTakeFirst();
      if (template !== undefined) return 'SENDING';
      await tables
        .updateTable('batches')
        .set({ stage: 'CHECKED', sent_by: null })
        .where('id', '=', row.id)
        .execute();
      return 'CHANGED';
    });
  }

  async #isBegun(tables: Kysely<Tables>, id: string): Promise<boolean> {
    const row = await tables.selectFrom('batches').select('stage').where('id', '=', id).executeTakeFirst();
    return row?.stage === 'SENDING' || row?.stage === 'SENT';
  }

  #visibleTo({ organization, personId, role }: Viewer) {
    const ofOrganization = this.#tables.selectFrom('batches').where('organization', '=', organization);
    return role === 'ACCOUNT_MANAGER' ? ofOrganization : ofOrganization.where('person_id', '=', personId);
  }

  #storedTable(id: string, { content, language, ...facts }: UploadedTable) {
    return {
      language,
      sealed: this.#sealing.sealJson(`batches/${id}`, facts),
      content: this.#sealing.seal(`batches/${id}/table`, content),
    };
  }

  #open(row: BatchHead): PortalBatch {
    const facts = this.#sealing.openJson(`batches/${row.id}`, Buffer.from(row.sealed));
    return { row, ...Facts.parse(facts) };
  }
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u;
