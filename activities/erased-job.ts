import type { ArchivedJob } from '@signering/storage';
import { JobErasedError } from '@signering/storage';
import type { ActivityDependencies } from './dependencies.js';

/**
 * Refuses to archive a second job of a reference whose erasure has begun, and removes what was archived meanwhile. Call it
 * before and after the write: the erasure lists the files after it is recorded.
 * @throws JOB_ERASED, STORAGE_UNAVAILABLE (retryable)
 */
export async function demandNotErased(
  job: ArchivedJob,
  { ledger, holds, erasure }: Pick<ActivityDependencies, 'ledger' | 'holds' | 'erasure'>,
): Promise<void> {
  // The reference's own job is confirmed before it can be erased.
  if (job.duplicateJobId === undefined) return;
  const entry = await ledger.find(job);
  const erased = entry?.erased ?? entry?.erasing;
  if (entry === undefined || erased === undefined) return;
  // A hold that was placed while the erasure began stands: the erasure is going to withdraw its intent.
  if (entry.erased === undefined && (await holds.preclude(entry, erased)) !== undefined) return;
  await erasure.removeArchive(entry, erased);
  throw new JobErasedError(job.reference, erased, { isComplete: entry.erased !== undefined });
}
