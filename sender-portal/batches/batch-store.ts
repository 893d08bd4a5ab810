import { randomUUID } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import { z } from 'zod';
import { Audit } from '../audit.js';
import type { Sealing } from '../database/sealing.js';
import type { BatchRow, Tables } from '../database/tables.js';
import { parseDraftContent, type DraftContent } from '../drafts/draft-content.js';
import { ERASED, type Viewer } from '../jobs/job-store.js';
import { parseFound, type FoundInTable } from './batch-check.js';

const Facts = z.object({
  /** Title of the template when the table was uploaded. */
  title: z.string(),
  fileName: z.string(),
});
type Facts = z.infer<typeof Facts>;

/** A batch without its table and what was found in it, which may have megabytes. */
export type BatchHead = Omit<BatchRow, 'content' | 'found' | 'attempts'>;

const HEAD = [
  'id',
  'organization',
  'person_id',
  'reference',
  'template_id',
  'stage',
  'round',
  'template_version',
  'sealed',
  'skips_wrong',
  'sent_by',
  'created_at',
  'changed_at',
  'sent_at',
  'checked_at',
  'described',
  'ended_at',
  'refusal',
] as const satisfies readonly (keyof BatchHead)[];

/** A batch of the portal. */
export interface PortalBatch extends Facts {
  readonly row: BatchHead;
  /** Absent until the table is checked. */
  readonly found?: FoundInTable;
}

/** The draft that the rows of a batch fill, and the table. */
export interface BatchWorkload {
  readonly content: DraftContent;
  readonly templateVersion: number;
  readonly table: Buffer;
}

/** A table that a person has uploaded. */
export interface UploadedTable extends Facts {
  readonly content: Uint8Array;
}

/** A page of the list of batches. */
export interface ListedBatches {
  readonly batches: readonly PortalBatch[];
  readonly hasMore: boolean;
}

/** Batches on one page of their list. */
const PAGE_SIZE = 25;
/** A process that works on a batch says so more often than this. */
const LEASE_MS = 60_000;

/** The batches of the portal. Tables, and what was found in them, are encrypted. */
export class BatchStore {
  readonly #tables: Kysely<Tables>;
  readonly #sealing: Sealing;
  readonly #now: () => Date;

  constructor(tables: Kysely<Tables>, sealing: Sealing, now: () => Date) {
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
        ...this.#sealedTable(id, table),
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
        ...(table !== undefined && this.#sealedTable(id, table)),
      })
      .where('id', '=', id)
      .where('stage', 'in', ['CHECKING', 'CHECKED'])
      .returning('id')
      .executeTakeFirst();
    return changed !== undefined;
  }

  async find(viewer: Viewer, id: string): Promise<PortalBatch | undefined> {
    if (!UUID.test(id)) return undefined;
    const query = this.#visibleTo(viewer)
      .select([...HEAD, 'found'])
      .where('id', '=', id);
    const kept = await query.executeTakeFirst();
    if (kept === undefined) return undefined;
    const { found, ...row } = kept;
    return {
      ...this.#open(row),
      ...(found !== null && {
        found: parseFound(this.#sealing.openJson(`batches/${id}/found`, Buffer.from(found))),
      }),
    };
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

  /** Batches on which no process works, that wait to be checked or sent. */
  async waiting(): Promise<readonly BatchHead[]> {
    return await this.#tables
      .selectFrom('batches')
      .select(HEAD)
      .where('stage', 'in', ['CHECKING', 'SENDING'])
      .where((where) =>
        where.or([where('checked_at', 'is', null), where('checked_at', '<', this.#leaseEnd())]),
      )
      .orderBy('changed_at')
      .limit(10)
      .execute();
  }

  /**
   * Takes a batch to work on it.
   * @returns which attempt of its check it is, from 1; undefined while another process works on it, and once it has gone on
   */
  async take({ id, round, stage }: BatchHead): Promise<number | undefined> {
    const taken = await this.#tables
      .updateTable('batches')
      .set({ checked_at: this.#now(), attempts: sql<number>`attempts + 1` })
      .where('id', '=', id)
      .where('round', '=', round)
      .where('stage', '=', stage)
      .where('stage', 'in', ['CHECKING', 'SENDING'])
      .where((where) =>
        where.or([where('checked_at', 'is', null), where('checked_at', '<', this.#leaseEnd())]),
      )
      .returning('attempts')
      .executeTakeFirst();
    return taken?.attempts;
  }

  /** The last attempt failed for a reason outside the table, such as storage that does not answer. */
  async forgetAttempt({ id, round }: BatchHead): Promise<void> {
    await this.#tables
      .updateTable('batches')
      .set({ attempts: sql<number>`greatest(attempts - 1, 0)` })
      .where('id', '=', id)
      .where('round', '=', round)
      .execute();
  }

  /** Says that the process still works on it. @returns false once it is checked again with another table, or has gone on */
  async keepTaken({ id, round, stage }: BatchHead): Promise<boolean> {
    const kept = await this.#tables
      .updateTable('batches')
      .set({ checked_at: this.#now() })
      .where('id', '=', id)
      .where('round', '=', round)
      .where('stage', '=', stage)
      .returning('id')
      .executeTakeFirst();
    return kept !== undefined;
  }

  /** @returns undefined where the draft or the table is gone */
  async workloadOf({ id }: BatchHead): Promise<BatchWorkload | undefined> {
    const kept = await this.#tables
      .selectFrom('batches')
      .innerJoin('jobs', 'jobs.id', 'batches.template_id')
      .select(['batches.content', 'jobs.id', 'jobs.sealed', 'jobs.version'])
      .where('batches.id', '=', id)
      .executeTakeFirst();
    if (kept?.content == null) return undefined;
    return {
      content: parseDraftContent(this.#sealing.openJson(`jobs/${kept.id}`, Buffer.from(kept.sealed))),
      templateVersion: kept.version,
      table: this.#sealing.open(`batches/${id}/table`, Buffer.from(kept.content)),
    };
  }

  /** Keeps what a check has found, unless another table came meanwhile. */
  async saveFound(
    { id, round }: BatchHead,
    found: FoundInTable,
    templateVersion: number | null,
  ): Promise<void> {
    await this.#tables
      .updateTable('batches')
      .set({
        stage: 'CHECKED',
        found: this.#sealing.sealJson(`batches/${id}/found`, found),
        template_version: templateVersion,
      })
      .where('id', '=', id)
      .where('round', '=', round)
      .where('stage', '=', 'CHECKING')
      .execute();
  }

  /**
   * Fixes a checked batch for sending: its draft and table do not change any more.
   * @param round of the check that the person has seen
   * @returns CHANGED where the draft or the table is another one by now
   */
  async beginSending(
    { row }: PortalBatch,
    { personId, round, skipsWrong }: { personId: string; round: number; skipsWrong: boolean },
  ): Promise<'SENDING' | 'CHANGED'> {
    return await this.#tables.transaction().execute(async (tables) => {
      const begun = await tables
        .updateTable('batches')
        .set({
          stage: 'SENDING',
          skips_wrong: skipsWrong,
          sent_by: personId,
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

  /** The client has the batch. The table and the documents are deleted: storage has what the jobs need. */
  async finishSending({ id, organization, reference, template_id: templateId }: BatchHead): Promise<void> {
    await this.#tables.transaction().execute(async (tables) => {
      const sent = await tables
        .updateTable('batches')
        .set({ stage: 'SENT', sent_at: this.#now(), checked_at: null, content: null, found: null })
        .where('id', '=', id)
        .where('stage', '=', 'SENDING')
        .returning(['sent_by', 'person_id'])
        .executeTakeFirst();
      if (sent === undefined) return;
      await tables.deleteFrom('documents').where('job_id', '=', templateId).execute();
      await tables
        .updateTable('jobs')
        .set({ sealed: this.#sealing.sealJson(`jobs/${templateId}`, ERASED) })
        .where('id', '=', templateId)
        .where('stage', '=', 'BATCH')
        .execute();
      const personId = sent.sent_by ?? sent.person_id;
      await new Audit(tables, this.#now).write({
        action: 'BATCH_SENT',
        personId,
        organization,
        detail: reference,
      });
    });
  }

  /** The client has refused the batch with this code: it is checked again, and the draft is one again. */
  async abandonSending({ id, template_id: templateId }: BatchHead, refusal: string): Promise<void> {
    await this.#tables.transaction().execute(async (tables) => {
      const abandoned = await tables
        .updateTable('batches')
        .set({
          stage: 'CHECKING',
          checked_at: null,
          found: null,
          refusal,
          round: sql<number>`round + 1`,
          attempts: 0,
        })
        .where('id', '=', id)
        .where('stage', '=', 'SENDING')
        .returning('id')
        .executeTakeFirst();
      if (abandoned === undefined) return;
      await tables
        .updateTable('jobs')
        .set({ stage: 'DRAFT' })
        .where('id', '=', templateId)
        .where('stage', '=', 'BATCH')
        .execute();
    });
  }

  /** Keeps how far a batch is. */
  async saveProgress(id: string, described: string, endedAt: Date | undefined): Promise<void> {
    await this.#tables
      .updateTable('batches')
      .set({ described, checked_at: this.#now(), ended_at: endedAt ?? null })
      .where('id', '=', id)
      .where('stage', '=', 'SENT')
      .execute();
  }

  #visibleTo({ organization, personId, role }: Viewer) {
    const ofOrganization = this.#tables.selectFrom('batches').where('organization', '=', organization);
    return role === 'ACCOUNT_MANAGER' ? ofOrganization : ofOrganization.where('person_id', '=', personId);
  }

  #sealedTable(id: string, { content, ...facts }: UploadedTable) {
    return {
      sealed: this.#sealing.sealJson(`batches/${id}`, facts),
      content: this.#sealing.seal(`batches/${id}/table`, content),
    };
  }

  #open(row: BatchHead): PortalBatch {
    const facts = this.#sealing.openJson(`batches/${row.id}`, Buffer.from(row.sealed));
    return { row, ...Facts.parse(facts) };
  }

  #leaseEnd(): Date {
    return new Date(Number(this.#now()) - LEASE_MS);
  }
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u;
