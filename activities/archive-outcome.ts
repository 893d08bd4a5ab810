import type { ArchiveLocation } from '@signering/contract';
import type { ActivityDependencies } from './dependencies.js';
import { settleReference, type SettledReference, type Settlement } from './settle-reference.js';
import { writeReceipt, type WriteReceiptInput } from './write-receipt.js';

/** The argument of the activity `archiveOutcome`. */
export interface ArchiveOutcomeInput extends WriteReceiptInput {
  /** For the ledger. Absent for a second job: another job settles the reference. */
  readonly settlement?: Settlement;
}

export const createArchiveOutcomeActivity = (
  dependencies: Pick<
    ActivityDependencies,
    'archive' | 'documents' | 'ledger' | 'holds' | 'erasure' | 'onArchived' | 'retention'
  >,
) => ({
  /**
   * Completes the job's folder in the archive with a receipt, then settles the reference in the ledger: a reference is never
   * settled before its receipt is written. Safe to repeat, also after the receipt alone: the first receipt and the first
   * settlement stand.
   * @throws DOCUMENT_MISSING, STORED_CONTENT_DAMAGED, ARCHIVE_CONFLICT, STORAGE_UNAVAILABLE (retryable), JOB_ERASED for a second job
   */
  archiveOutcome: async ({
    settlement,
    ...receipt
  }: ArchiveOutcomeInput): Promise<ArchiveLocation & SettledReference> => {
    const location = await writeReceipt(receipt, dependencies);
    if (settlement === undefined) return location;
    const { outcome, job } = receipt;
    const { organizationNumber, reference, signatureJobId } = job;
    const settled = await settleReference(
      { organizationNumber, reference, signatureJobId, outcome, folder: location.folder, ...settlement },
      dependencies,
    );
    return { ...location, ...settled };
  },
});
