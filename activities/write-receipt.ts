import type { ArchiveLocation, DocumentRef } from '@signering/contract';
import type { ArchivedJob, Receipt } from '@signering/storage';
import type { ActivityDependencies } from './dependencies.js';

/** The argument of the activity `writeReceipt`. */
export interface WriteReceiptInput extends Pick<
  Receipt,
  'flow' | 'outcome' | 'signers' | 'received' | 'ambiguousCreate'
> {
  readonly job: ArchivedJob;
  readonly sent: readonly (Pick<DocumentRef, 'sha256' | 'size'> & Partial<Pick<DocumentRef, 'name'>>)[];
}

export const createWriteReceiptActivity = ({ archive }: Pick<ActivityDependencies, 'archive'>) => ({
  /**
   * Reads back each archived document, then writes the receipt beside them. Safe to repeat.
   * @throws DOCUMENT_MISSING, STORED_CONTENT_DAMAGED, ARCHIVE_CONFLICT, STORAGE_UNAVAILABLE (retryable)
   */
  writeReceipt: async (input: WriteReceiptInput): Promise<ArchiveLocation> => {
    const { flow, job, received, ...facts } = input;
    for (const file of received) await archive.verifyFile(job, file);
    // A title may hold personal data, which a receipt must not.
    const sent = input.sent.map(({ name, sha256, size }) => ({
      ...(name !== undefined && { name }),
      sha256,
      size,
    }));
    await archive.putReceipt(job, { version: 1, flow, ...job, ...facts, sent, received });
    return { folder: archive.folderOf(job), documents: received };
  },
});
