import type { RetentionInput, RetentionResult } from '@signering/contract';
import { deleteServiceCopies, removeArchivedDocuments, removeDocuments } from './activities.js';
import { demandInputVersion } from './input-version.js';

/** One run of retention: removes what the settings of the workers say, or lists it. */
export async function retention(input: RetentionInput): Promise<RetentionResult> {
  demandInputVersion(input);
  const { dryRun = false } = input;
  const documents = await removeDocuments({ dryRun });
  const serviceCopies = await deleteServiceCopies({ dryRun });
  const archive = await removeArchivedDocuments({ dryRun });
  return {
    version: 1,
    dryRun,
    ...(documents && { documents }),
    ...(serviceCopies && { serviceCopies }),
    ...(archive && { archive }),
  };
}
