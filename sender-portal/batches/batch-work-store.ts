import { sql, type Kysely } from 'kysely';
import { Audit } from '../audit.js';
import type { Sealing } from '../database/sealing.js';
import type { Tables } from '../database/tables.js';
import { ERASED_DRAFT, parseDraftContent, type DraftContent } from '../drafts/draft-content.js';
import type { FoundInTable } from './batch-check.js';
import { HEAD, type BatchHead } from './batch-head.js';

/** The draft that the rows of a batch fill, and the table. */
export interface BatchWorkload {
  readonly content: DraftContent;
  readonly templateVersion: number;
  readonly table: Buffer;
}

/** A process that works on a batch says so more often than this. */
const LEASE_MS = 60_000;

/** What the processes that work on batches read and write. Each takes a batch before it works on it. */
export class BatchWorkStore {
  readonly #tables: Kysely<Tables>;
  readonly #sealing: Sealing;
  readonly #now: () => Date;

  constructor(tables: Kysely<Tables>, sealing: Sealing, now: () => Date) {
    this.#tables = tables;
    this.#sealing = sealing;
    this.#now = now;
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
   * The client has the batch. The table and the documents are deleted: storage has what the jobs need.
   * @param found of its hand-over: kept where rows were left out. Absent: not known, so that what the check has found is kept
   */
  async finishSending(
    { id, organization, reference, template_id: templateId }: BatchHead,
    found: FoundInTable | undefined,
  ): Promise<void> {
    await this.#tables.transaction().execute(async (tables) => {
      const sent = await tables
        .updateTable('batches')
        .set({
          stage: 'SENT',
          sent_at: this.#now(),
          checked_at: null,
          content: null,
          ...(found !== undefined && {
            found: found.wrong === 0 ? null : this.#sealing.sealJson(`batches/${id}/found`, found),
          }),
        })
        .where('id', '=', id)
        .where('stage', '=', 'SENDING')
        .returning(['sent_by', 'person_id'])
        .executeTakeFirst();
      if (sent === undefined) return;
      await tables.deleteFrom('documents').where('job_id', '=', templateId).execute();
      await tables
        .updateTable('jobs')
        .set({ sealed: this.#sealing.sealJson(`jobs/${templateId}`, ERASED_DRAFT) })
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

  #leaseEnd(): Date {
    return new Date(Number(this.#now()) - LEASE_MS);
  }
}
