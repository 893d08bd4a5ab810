import type { SigningResult } from '../contract/index.js';
import type { LedgerEntry, SignedDocumentArchive } from '../storage/index.js';

/**
 * The result of a job as the archive tells it, for jobs that Temporal has forgotten. The steps are known to Temporal
 * only.
 * @returns nothing, unless the job is settled
 * @throws STORED_CONTENT_DAMAGED, STORAGE_UNAVAILABLE (retryable)
 */
export async function resultFromReceipt(
  entry: LedgerEntry,
  archive: SignedDocumentArchive,
): Promise<SigningResult | undefined> {
  const { organizationNumber, reference, created, settled } = entry;
  if (created === undefined || settled === undefined) return undefined;
  const { signatureJobId, createdAt } = created;
  const receipt = await archive.readReceipt({ organizationNumber, reference, signatureJobId, createdAt });
  if (receipt === undefined) return undefined;
  return {
    version: 1,
    flow: receipt.flow,
    organizationNumber,
    reference,
    signatureJobId,
    outcome: receipt.outcome,
    signers: receipt.signers,
    archive: { folder: settled.folder, documents: receipt.received },
    steps: [],
    ...(receipt.ambiguousCreate === undefined ? {} : { ambiguousCreate: receipt.ambiguousCreate }),
  };
}
