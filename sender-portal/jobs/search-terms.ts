import { sql, type Kysely } from 'kysely';
import { SigningError } from '@signering/schema';
import type { Sealing } from '../database/sealing.js';
import type { Tables } from '../database/tables.js';
import { parseDraftContent, type DraftContent } from '../drafts/draft-content.js';
import { jobRequestOf } from '../drafts/job-request.js';

/** The hashes by which a sent job is found: its reference, and each signer's number and addresses as they were sent. */
export function searchTermsOf(
  { reference, content }: { readonly reference: string; readonly content: DraftContent },
  sealing: Sealing,
): readonly string[] {
  const { signers } = jobRequestOf(reference, content, []);
  return [
    sealing.hashOf('REFERENCE', reference),
    ...signers.flatMap(({ personalIdentificationNumber, emailAddress, mobileNumber }) => [
      ...(personalIdentificationNumber === undefined
        ? []
        : [sealing.hashOf('NUMBER', personalIdentificationNumber)]),
      ...(emailAddress === undefined ? [] : [sealing.hashOf('EMAIL', emailAddress)]),
      ...(mobileNumber === undefined ? [] : [sealing.hashOf('MOBILE', mobileNumber)]),
    ]),
  ];
}

/** The hashes of a job as rows. */
export function termRowsOf(jobId: string, terms: readonly string[], { keyId }: Sealing) {
  return [...new Set(terms)].map((hash) => ({ job_id: jobId, hash, hash_key: keyId }));
}

/** Makes the hashes of jobs anew that another key has made. A job that cannot be decrypted keeps its own. */
export async function rehashJobs(
  tables: Kysely<Tables>,
  sealing: Sealing,
  signal: AbortSignal,
): Promise<void> {
  const jobs = await tables
    .selectFrom('search_terms')
    .select('job_id')
    .distinct()
    .where(sql<boolean>`hash_key is distinct from ${sealing.keyId}`)
    .execute();
  for (const { job_id: id } of jobs) {
    if (signal.aborted) return;
    await tables.transaction().execute((locked) => rehashJob(locked, sealing, id));
  }
}

async function rehashJob(tables: Kysely<Tables>, sealing: Sealing, id: string): Promise<void> {
  // An erasure at the same time waits for this, or has removed the hashes already.
  const row = await tables
    .selectFrom('jobs')
    .select(['reference', 'sealed'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) return;
  let content: DraftContent;
  try {
    content = parseDraftContent(sealing.openJson(`jobs/${id}`, Buffer.from(row.sealed)));
  } catch (error) {
    if (!(error instanceof SigningError)) throw error;
    return;
  }
  const old = await tables.deleteFrom('search_terms').where('job_id', '=', id).returning('hash').execute();
  if (old.length === 0) return;
  const rows = termRowsOf(id, searchTermsOf({ reference: row.reference, content }, sealing), sealing);
  await tables.insertInto('search_terms').values(rows).execute();
}
