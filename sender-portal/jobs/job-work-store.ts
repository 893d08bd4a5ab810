import { sql, type Kysely } from 'kysely';
import { Audit } from '../audit.js';
import type { Sealing } from '../database/sealing.js';
import type { JobRow, Tables } from '../database/tables.js';
import { automaticReferenceOf } from '../drafts/automatic-reference.js';
import { ERASED_DRAFT } from '../drafts/draft-content.js';
import type { DescribedState } from './described-state.js';
import { termRowsOf } from './search-terms.js';

/** Jobs of one round. */
const MOST_AT_ONCE = 25;

/** The argument of {@link JobWorkStore.jobsToCheck}. */
export interface ChecksBefore {
  readonly open: Date;
  readonly endedWithOldState: Date;
  readonly ended: Date;
}

/** What the processes that send jobs and follow them read and write. */
export class JobWorkStore {
  readonly #tables: Kysely<Tables>;
  readonly #sealing: Sealing;
  readonly #now: () => Date;

  constructor(tables: Kysely<Tables>, sealing: Sealing, now: () => Date) {
    this.#tables = tables;
    this.#sealing = sealing;
    this.#now = now;
  }

  /** The client has the job. The audit log has it too, or neither has. */
  async finishSending(
    { id, organization, person_id: maker }: JobRow,
    terms: readonly string[],
  ): Promise<void> {
    await this.#tables.transaction().execute(async (tables) => {
      const sent = await tables
        .updateTable('jobs')
        .set({ stage: 'SENT', overview: 'WAITING', sent_at: this.#now(), checked_at: null })
        .where('id', '=', id)
        .where('stage', '=', 'SENDING')
        .returning('sent_by')
        .executeTakeFirst();
      if (sent === undefined) return;
      const rows = termRowsOf(id, terms, this.#sealing);
      if (rows.length > 0) await tables.insertInto('search_terms').values(rows).execute();
      const personId = sent.sent_by ?? maker;
      await new Audit(tables, this.#now).write({ action: 'JOB_SENT', personId, organization, jobId: id });
    });
  }

  /** The job was refused with this code: the person can correct it. */
  async abandonSending(id: string, refusal: string): Promise<void> {
    await this.#tables
      .updateTable('jobs')
      .set({ stage: 'DRAFT', reference: automaticReferenceOf(id), checked_at: null, refusal })
      .where('id', '=', id)
      .where('stage', '=', 'SENDING')
      .execute();
  }

  /** Sends that were interrupted, such as by the end of a process: those that were not tried for the longest time. */
  async interruptedSends(before: Date): Promise<readonly JobRow[]> {
    return await this.#tables
      .selectFrom('jobs')
      .selectAll()
      .where('stage', '=', 'SENDING')
      .where((where) => where.or([where('checked_at', 'is', null), where('checked_at', '<', before)]))
      .orderBy(sql`checked_at nulls first`)
      .limit(MOST_AT_ONCE)
      .execute();
  }

  /**
   * Jobs without an outcome whose state is the oldest, those whose process failed too; then ended ones whose state could not
   * be fetched, or that may have been erased since: each kind where its last check was before a time.
   */
  async jobsToCheck({ open, endedWithOldState, ended }: ChecksBefore): Promise<readonly JobRow[]> {
    return await this.#tables
      .selectFrom('jobs')
      .selectAll()
      .where('stage', '=', 'SENT')
      .where((where) =>
        where.or([
          where('checked_at', 'is', null),
          where.and([where('ended_at', 'is', null), where('checked_at', '<', open)]),
          where.and([where('state_is_old', '=', true), where('checked_at', '<', endedWithOldState)]),
          where.and([where('ended_at', 'is not', null), where('checked_at', '<', ended)]),
        ]),
      )
      .orderBy(sql`ended_at is not null, checked_at nulls first`)
      .limit(MOST_AT_ONCE)
      .execute();
  }

  /** Keeps how a job stands. The bytes of a job that all have signed are deleted: the archive has them. */
  async saveState(id: string, state: DescribedState): Promise<void> {
    const { overview, deadline, endedAt, ...described } = state;
    await this.#tables
      .updateTable('jobs')
      .set({
        overview,
        deadline: deadline ?? null,
        ended_at: endedAt ?? null,
        described: JSON.stringify(described),
        checked_at: this.#now(),
        state_is_old: false,
      })
      .where('id', '=', id)
      .execute();
    if (overview === 'SIGNED') await this.#tables.deleteFrom('documents').where('job_id', '=', id).execute();
  }

  /** The job was erased at the client: the portal keeps neither what was written nor what it is found by. */
  async erase(id: string): Promise<void> {
    await this.#tables.transaction().execute(async (tables) => {
      const described = JSON.stringify({ state: 'ERASED', signers: [], waitingFor: [] });
      const now = this.#now();
      await tables
        .updateTable('jobs')
        .set({
          sealed: this.#sealing.sealJson(`jobs/${id}`, ERASED_DRAFT),
          described,
          checked_at: now,
          state_is_old: false,
          ended_at: sql`coalesce(ended_at, ${now})`,
        })
        .where('id', '=', id)
        .execute();
      await tables.deleteFrom('documents').where('job_id', '=', id).execute();
      await tables.deleteFrom('search_terms').where('job_id', '=', id).execute();
    });
  }

  /**
   * It was tried, without success: others come first in the next round.
   * @param stage what was tried: to send a job that is SENDING, or to fetch the state of one that is SENT
   */
  async markChecked(id: string, stage: 'SENDING' | 'SENT'): Promise<void> {
    await this.#tables
      .updateTable('jobs')
      .set({ checked_at: this.#now(), ...(stage === 'SENT' && { state_is_old: true }) })
      .where('id', '=', id)
      .where('stage', '=', stage)
      .execute();
  }
}
