import type { Flow, SigningOutcome } from '@signering/contract';
import { settledJobOf, type LedgerEntry, type SignedDocumentArchive } from '@signering/storage';
import type { JobResult } from './job-description.js';
import { readResult } from './known-words.js';

/**
 * The result of a job from the archive, for jobs after Temporal's retention period. Only Temporal has the steps.
 * @returns nothing, unless the job is settled
 * @throws STORED_CONTENT_DAMAGED, STORAGE_UNAVAILABLE (retryable)
 */
export async function resultFromReceipt(
  entry: LedgerEntry,
  archive: SignedDocumentArchive,
): Promise<JobResult | undefined> {
  const job = settledJobOf(entry);
  const receipt = job === undefined ? undefined : await archive.readReceipt(job);
  if (job === undefined || receipt === undefined) return undefined;
  const { organizationNumber, reference, signatureJobId } = job;
  // Absent where it was erased.
  const { metadata = {} } = (await archive.readMetadata(job)) ?? {};
  return readResult({
    flow: receipt.flow as Flow,
    organizationNumber,
    reference,
    startedAt: receipt.startedAt,
    endedAt: receipt.archivedAt,
    signatureJobId,
    outcome: receipt.outcome as SigningOutcome,
    signers: receipt.signers,
    archive: {
      folder: archive.folderOf(job),
      archivedAt: receipt.archivedAt,
      documents: receipt.received,
    },
    steps: [],
    ...(receipt.ambiguousCreate === undefined ? {} : { ambiguousCreate: receipt.ambiguousCreate }),
    ...(Object.keys(metadata).length > 0 && { metadata }),
    ...(receipt.decisions === undefined ? {} : { decisions: receipt.decisions }),
  });
}
