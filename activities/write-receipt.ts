import type { ArchiveLocation } from '@signering/contract';
import { SOFTWARE, type ArchivedJob, type ArchivedMetadata, type Receipt } from '@signering/storage';
import type { ActivityDependencies } from './dependencies.js';

/** The argument of the activity `writeReceipt`. */
export interface WriteReceiptInput extends Pick<
  Receipt,
  | 'flow'
  | 'outcome'
  | 'signers'
  | 'contentDigest'
  | 'sent'
  | 'received'
  | 'startedAt'
  | 'ambiguousCreate'
  | 'decisions'
> {
  readonly job: ArchivedJob;
  /** For `metadata.json`. Absent for a duplicate, because the ledger does not hold it. */
  readonly described?: ArchivedMetadata;
}

export const createWriteReceiptActivity = ({ archive }: Pick<ActivityDependencies, 'archive'>) => ({
  /**
   * Reads back each archived document, then writes `metadata.json`, then the receipt, which completes the folder. Safe to
   * repeat: the first receipt stands, with its time and software.
   * @throws DOCUMENT_MISSING, STORED_CONTENT_DAMAGED, ARCHIVE_CONFLICT, STORAGE_UNAVAILABLE (retryable)
   */
  writeReceipt: async (input: WriteReceiptInput): Promise<ArchiveLocation> => {
    const { flow, job, received, described, ...facts } = input;
    for (const file of received) await archive.verifyFile(job, file);
    // A title may hold personal data, which a receipt must not.
    const sent = input.sent.map(({ name, mediaType, sha256, size }) => ({
      ...(name !== undefined && { name }),
      mediaType,
      sha256,
      size,
    }));
    const metadataFile = described === undefined ? undefined : await archive.putMetadata(job, described);
    const { archivedAt } = await archive.putReceipt(job, {
      version: 1,
      flow,
      ...job,
      ...facts,
      sent,
      received,
      ...(metadataFile !== undefined && { metadataFile }),
      archivedAt: new Date().toISOString(),
      software: SOFTWARE,
    });
    return { folder: archive.folderOf(job), archivedAt, documents: received };
  },
});
