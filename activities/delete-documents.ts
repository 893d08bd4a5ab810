import { Context } from '@temporalio/activity';
import type { DocumentDeletionResult } from '@signering/contract';
import { SigningError } from '@signering/schema';
import { readStoredUrl } from '@signering/signing-api';
import { JobOnHoldError, settledJobOf, type ArchivedJob, type LedgerKey } from '@signering/storage';
import { archiveFaultOf } from './archive-fault.js';
import type { ActivityDependencies } from './dependencies.js';
import { SenderNotAllowedError } from './errors.js';

type Dependencies = Pick<
  ActivityDependencies,
  'signedDocuments' | 'archive' | 'ledger' | 'holds' | 'senders'
>;

export const createDeleteDocumentsActivity = ({
  signedDocuments,
  archive,
  ledger,
  holds,
  senders,
}: Dependencies) => {
  /** @throws DOCUMENTS_NOT_DELETABLE unless the archive holds every received document unchanged */
  async function demandArchive(job: ArchivedJob): Promise<void> {
    const fault = await archiveFaultOf(job, archive);
    if (fault !== undefined) throw notDeletable(job, fault.what, fault.cause);
  }

  return {
    /**
     * Deletes the service's documents of an archived job, and writes into the ledger when. Safe to repeat: the service
     * deletes once, and documents that are gone on a later attempt were deleted by an earlier attempt.
     * @throws SENDER_NOT_ALLOWED, JOB_NOT_ENDED, JOB_ON_HOLD, DOCUMENTS_NOT_DELETABLE
     */
    deleteDocuments: async (key: LedgerKey): Promise<Omit<DocumentDeletionResult, 'version'>> => {
      const { organizationNumber } = key;
      if (!senders.has(organizationNumber))
        throw new SenderNotAllowedError(organizationNumber, "the service's documents were not deleted");
      const entry = await ledger.find(key);
      const job = entry === undefined ? undefined : settledJobOf(entry);
      if (entry?.settled === undefined || job === undefined) throw notEnded(key);
      const { signatureJobId } = job;
      if (entry.documentsDeletedAt !== undefined) {
        return { signatureJobId, deletedAt: entry.documentsDeletedAt };
      }
      const hold = await holds.find(key);
      if (hold !== undefined) throw new JobOnHoldError("delete the service's documents", hold);
      const { outcome, nothingToConfirm, deleteDocumentsUrl } = entry.settled;
      if (outcome !== 'SIGNED') throw notDeletable(job, `not all signers signed: the outcome is ${outcome}`);
      if (entry.confirmedAt === undefined && nothingToConfirm === undefined) {
        throw notDeletable(job, 'its final change is not confirmed yet; ask again in a moment');
      }
      // Only the service has documents of an erased job, and of one whose retention period has ended.
      if (entry.erased === undefined && entry.archiveRemoval === undefined) await demandArchive(job);
      if (deleteDocumentsUrl === undefined) throw notDeletable(job, 'the service gave no URL for it');
      const url = readStoredUrl('deleteDocumentsUrl', deleteDocumentsUrl);
      const { info, cancellationSignal } = Context.current();
      try {
        await signedDocuments.deleteDocuments(url, { signal: cancellationSignal });
      } catch (error) {
        const wasDeleted = info.attempt > 1 && isWithoutDocuments(error);
        if (!wasDeleted) throw refusalOf(job, error);
      }
      const deletedAt = new Date().toISOString();
      await ledger.advance(entry, { documentsDeletedAt: deletedAt });
      return { signatureJobId, deletedAt };
    },
  };
};

function notEnded({ reference }: LedgerKey): SigningError {
  return new SigningError(
    'JOB_NOT_ENDED',
    `Cannot delete the service's documents of reference "${reference}": the job has not ended, and nothing is archived.`,
    { reference },
  );
}

/** A 4xx answer of the service is final; other errors are repeated. */
function refusalOf(job: ArchivedJob, error: unknown): unknown {
  if (!(error instanceof SigningError) || error.code !== 'REQUEST_REFUSED') return error;
  const { httpStatus, serviceErrorCode } = error.facts;
  const answer = `the service answered ${httpStatus ?? ''}${serviceErrorCode === undefined ? '' : ` (${serviceErrorCode})`}`;
  const why = isWithoutDocuments(error)
    ? 'it has no documents of the job, or the URL is wrong: if no status contains one, the worker derives it from the URL of the signed PDF'
    : 'it deletes at the earliest 24 hours after the last signature, and not while a signer’s copy waits for a mailbox (up to 7 days)';
  return notDeletable(job, `${answer}: ${why}`, error);
}

function isWithoutDocuments(error: unknown): boolean {
  return error instanceof SigningError && [404, 410].includes(error.facts.httpStatus ?? 0);
}

function notDeletable(
  { reference, signatureJobId }: ArchivedJob,
  why: string,
  cause?: unknown,
): SigningError {
  return new SigningError(
    'DOCUMENTS_NOT_DELETABLE',
    `The service's documents of job ${signatureJobId} (reference "${reference}") were not deleted: ${why}.`,
    { ...(cause instanceof SigningError && cause.facts), reference, signatureJobId, cause },
  );
}
