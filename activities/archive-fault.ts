import { SigningError } from '@signering/schema';
import type { ArchivedJob, SignedDocumentArchive } from '@signering/storage';

/** Why the archive of a job is incomplete. */
export interface ArchiveFault {
  /** KEY_MISMATCH: a file is encrypted with a key that this process does not have. */
  readonly code: 'DOCUMENT_MISSING' | 'STORED_CONTENT_DAMAGED' | 'KEY_MISMATCH';
  /** Such as `the archive does not hold signed.pdf as received`. */
  readonly what: string;
  /** What an operator does about it, in sentences. */
  readonly remedy: string;
  readonly cause?: SigningError;
}

const RESTORE = 'Restore the archive, or stop the workers and run signering recover --storage-restored.';
const GIVE_KEY = 'Add the key to SIGNERING_KEYS of the workers.';

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
    return { code: 'DOCUMENT_MISSING', what: 'the archive has no receipt of the job', remedy: RESTORE };
  for (const file of receipt.received) {
    try {
      await archive.verifyFile(job, file);
    } catch (error) {
      if (!(error instanceof SigningError) || error.code === 'STORAGE_UNAVAILABLE') throw error;
      if (error.code === 'KEY_MISMATCH') {
        const what = `${file.name} is encrypted with a key that this process does not have`;
        return { code: 'KEY_MISMATCH', what, remedy: GIVE_KEY, cause: error };
      }
      const what = `the archive does not hold ${file.name} as received`;
      const code = error.code === 'DOCUMENT_MISSING' ? 'DOCUMENT_MISSING' : 'STORED_CONTENT_DAMAGED';
      return { code, what, remedy: RESTORE, cause: error };
    }
  }
  return undefined;
}
