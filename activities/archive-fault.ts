import { SigningError } from '@signering/schema';
import type { ArchivedJob, SignedDocumentArchive } from '@signering/storage';

/** Why the archive of a job is incomplete. */
export interface ArchiveFault {
  readonly code: 'DOCUMENT_MISSING' | 'STORED_CONTENT_DAMAGED';
  /** Such as `the archive does not hold signed.pdf as received`. */
  readonly what: string;
  readonly cause?: SigningError;
}

/**
 * Reads back the receipt of an archived job and every received document.
 * @returns the first fault, undefined if the archive is complete
 * @throws STORED_CONTENT_DAMAGED for an unreadable receipt, VERSION_NOT_SUPPORTED, STORAGE_UNAVAILABLE (retryable)
 */
export async function archiveFaultOf(
  job: ArchivedJob,
  archive: Pick<SignedDocumentArchive, 'readReceipt' | 'verifyFile'>,
): Promise<ArchiveFault | undefined> {
  const receipt = await archive.readReceipt(job);
  if (receipt === undefined)
    return { code: 'DOCUMENT_MISSING', what: 'the archive has no receipt of the job' };
  for (const file of receipt.received) {
    try {
      await archive.verifyFile(job, file);
    } catch (error) {
      if (!(error instanceof SigningError) || error.code === 'STORAGE_UNAVAILABLE') throw error;
      const what = `the archive does not hold ${file.name} as received`;
      const code = error.code === 'DOCUMENT_MISSING' ? 'DOCUMENT_MISSING' : 'STORED_CONTENT_DAMAGED';
      return { code, what, cause: error };
    }
  }
  return undefined;
}
