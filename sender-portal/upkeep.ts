import { sql, type Kysely } from 'kysely';
import type { Sealing } from './database/sealing.js';
import { resealAll } from './database/reseal.js';
import type { Tables } from './database/tables.js';
import { rehashJobs } from './jobs/search-terms.js';
import type { People } from './people/people.js';

const DAY_MS = 24 * 60 * 60_000;

/** The parts that {@link keepUp} uses. */
export interface UpkeepParts {
  readonly tables: Kysely<Tables>;
  readonly sealing: Sealing;
  readonly people: People;
  /** Days after its end for which a stopped job keeps its documents. */
  readonly stoppedDocumentsDays: number;
  readonly now: () => Date;
  /** Called with one sentence, without personal data. */
  readonly report: (sentence: string) => void;
}

/**
 * Brings the database under the first encryption key, also the hashes by which jobs and people are found, and removes the
 * documents of jobs that have stopped long ago. Safe beside other processes, and to repeat.
 */
export async function keepUp(parts: UpkeepParts, signal: AbortSignal): Promise<void> {
  const { tables, sealing, people, stoppedDocumentsDays, now, report } = parts;
  const longAgo = new Date(Number(now()) - stoppedDocumentsDays * DAY_MS);
  await removeStoppedDocuments(tables, longAgo);
  await removeUnsentBatches(tables, longAgo);
  // Hashes are made of what is encrypted, so they come first: a row under the first key has the hashes of that key.
  const notHashed = await people.rehash(signal);
  if (notHashed > 0) report(`The hashes of ${notHashed} people could not be made anew. It is tried again.`);
  await rehashJobs(tables, sealing, signal);
  const { resealed, unreadable } = await resealAll(tables, sealing, signal);
  if (resealed > 0)
    report(`The portal encrypted ${resealed} values of its database under key ${sealing.keyId}.`);
  if (unreadable > 0) {
    report(
      `${unreadable} values of the portal's database cannot be decrypted: add their keys to SIGNERING_KEYS again.`,
    );
  }
}

/** A batch cannot be sent any more once its template was sent. */
async function removeUnsentBatches(tables: Kysely<Tables>, changedBefore: Date): Promise<void> {
  const sent = tables.selectFrom('jobs').select('jobs.id').where('stage', 'in', ['SENT', 'BATCH']);
  await tables
    .deleteFrom('batches')
    .where('stage', 'in', ['CHECKING', 'CHECKED'])
    .where((where) => where.or([where('changed_at', '<', changedBefore), where('template_id', 'in', sent)]))
    .execute();
}

async function removeStoppedDocuments(tables: Kysely<Tables>, endedBefore: Date): Promise<void> {
  await tables
    .deleteFrom('documents')
    .where('job_id', 'in', (query) =>
      query
        .selectFrom('jobs')
        .select('jobs.id')
        .where('overview', '=', 'STOPPED')
        .where('stage', '=', 'SENT')
        .where(sql<boolean>`ended_at < ${endedBefore}`),
    )
    .execute();
}
