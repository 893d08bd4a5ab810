import type { Flow, JobMetadata, SigningOutcome } from '@signering/contract';
import { SigningError, type ErrorCode } from '@signering/schema';
import {
  settledJobOf,
  type ArchivedJob,
  type LedgerEntry,
  type SignedDocumentArchive,
} from '@signering/storage';
import type { JobResult } from './job-description.js';
import { readResult } from './known-words.js';

const UNREADABLE: readonly ErrorCode[] = ['STORED_CONTENT_DAMAGED', 'VERSION_NOT_SUPPORTED'];

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
  const metadata = await metadataOf(job, archive);
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
    ...(entry.settled?.archivedUntil !== undefined && { archivedUntil: entry.settled.archivedUntil }),
    ...removedOf(entry),
    ...(receipt.decisions === undefined ? {} : { decisions: receipt.decisions }),
  });
}

/** When retention removed the archived documents; empty while a hold or a lock of the store keeps them. */
export function removedOf({ archiveRemoval }: LedgerEntry): Pick<JobResult, 'documentsRemovedAt'> {
  if (archiveRemoval === undefined || archiveRemoval.incomplete === true) return {};
  return { documentsRemovedAt: archiveRemoval.at };
}

/** Empty where the file was erased, removed by retention, or edited so that it cannot be read: the receipt is the evidence. */
async function metadataOf(job: ArchivedJob, archive: SignedDocumentArchive): Promise<JobMetadata> {
  try {
    return (await archive.readMetadata(job))?.metadata ?? {};
  } catch (error) {
    if (error instanceof SigningError && UNREADABLE.includes(error.code)) return {};
    throw error;
  }
}
