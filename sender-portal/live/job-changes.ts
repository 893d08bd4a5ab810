import { sql, type Kysely } from 'kysely';
import type { Tables } from '../database/tables.js';
import type { Clock } from './clock.js';

/** A job that has changed or was deleted, and whose it is. */
export interface JobChange {
  readonly id: string;
  readonly organization: string;
  readonly personId: string;
}

/** The argument of {@link JobChanges}. */
export interface JobChangesOptions {
  readonly tables: Kysely<Tables>;
  readonly clock: Clock;
  /** Called with one sentence about an error, without personal data. */
  readonly report: (sentence: string) => void;
}

const LOOK_EVERY_MS = 1000;
/** A change is visible when its transaction has ended: later than a change that was made after it. */
const OVERLAP_SECONDS = 5;

/**
 * Reports changed jobs, whichever process of the portal changed them: the database keeps the time of the last change of
 * each. Asks it only while there are listeners.
 */
export class JobChanges {
  readonly #options: JobChangesOptions;
  readonly #listeners = new Set<(changes: readonly JobChange[]) => void>();
  /** Times of reported changes, by job, within the overlap. */
  #reported = new Map<string, string>();
  #newest: Date | undefined;
  #isLooking = false;

  constructor(options: JobChangesOptions) {
    this.#options = options;
  }

  /** @returns ends the listening */
  listen(listener: (changes: readonly JobChange[]) => void): () => void {
    this.#listeners.add(listener);
    if (!this.#isLooking) void this.#run();
    return () => void this.#listeners.delete(listener);
  }

  /** One at a time, also when listeners come and go during a look. */
  async #run(): Promise<void> {
    this.#isLooking = true;
    while (this.#listeners.size > 0) {
      await this.#options.clock.wait(LOOK_EVERY_MS);
      if (this.#listeners.size > 0) await this.#look();
    }
    this.#isLooking = false;
    this.#newest = undefined;
  }

  async #look(): Promise<void> {
    try {
      const changes = await this.#find();
      if (changes.length > 0) for (const listener of this.#listeners) listener(changes);
    } catch (error) {
      const name = error instanceof Error ? error.name : 'unknown';
      this.#options.report(`Changes of jobs could not be read: ${name}. The next look tries again.`);
    }
  }

  async #find(): Promise<readonly JobChange[]> {
    const { tables } = this.#options;
    const since =
      this.#newest === undefined ? sql<Date>`clock_timestamp()` : sql<Date>`${this.#newest}::timestamptz`;
    const first = sql<Date>`${since} - make_interval(secs => ${OVERLAP_SECONDS})`;
    const exactly = sql<string>`updated_at::text`.as('exactly');
    const deleted = tables
      .selectFrom('deleted_jobs')
      .select(['id', 'organization', 'person_id as personId', 'updated_at', exactly])
      .where('updated_at', '>', first);
    const rows = await tables
      .selectFrom('jobs')
      .select(['id', 'organization', 'person_id as personId', 'updated_at', exactly])
      .where('updated_at', '>', first)
      .unionAll(deleted)
      .orderBy('updated_at')
      .execute();
    const reported = this.#reported;
    this.#reported = new Map(rows.map(({ id, exactly }) => [id, exactly]));
    this.#newest = rows.at(-1)?.updated_at ?? this.#newest;
    return rows
      .filter(({ id, exactly }) => reported.get(id) !== exactly)
      .map(({ id, organization, personId }) => ({ id, organization, personId }));
  }
}
