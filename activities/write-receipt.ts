import type { ArchiveLocation, SigningOutcome } from '@signering/contract';
import { inspectDocuments } from '@signering/document-package/inspection';
import { SOFTWARE, type ArchivedJob, type ArchivedMetadata, type Receipt } from '@signering/storage';
import type { ActivityDependencies } from './dependencies.js';
import { demandNotErased } from './erased-job.js';
import { readIfThere } from './examine-signed-document.js';

/** What a receipt is written from. */
export interface WriteReceiptInput extends Pick<
  Receipt,
  'flow' | 'signers' | 'contentDigest' | 'sent' | 'received' | 'startedAt' | 'ambiguousCreate' | 'decisions'
> {
  readonly job: ArchivedJob;
  readonly outcome: SigningOutcome;
  /** For `metadata.json`. Absent for a duplicate, because the ledger does not hold it. */
  readonly described?: Omit<ArchivedMetadata, 'verification'>;
}

/**
 * Reads back each archived document, then writes `metadata.json`, then the receipt, which completes the folder. Safe to
 * repeat: the first receipt stands, with its time and software.
 * @throws DOCUMENT_MISSING, STORED_CONTENT_DAMAGED, ARCHIVE_CONFLICT, STORAGE_UNAVAILABLE (retryable), JOB_ERASED for a second job
 */
export async function writeReceipt(
  input: WriteReceiptInput,
  dependencies: Pick<ActivityDependencies, 'archive' | 'documents' | 'ledger' | 'holds' | 'erasure'>,
): Promise<ArchiveLocation> {
  const { flow, job, received, described, ...facts } = input;
  const { archive, documents } = dependencies;
  await demandNotErased(job, dependencies);
  for (const file of received) await archive.verifyFile(job, file);
  // A file name or a title may hold personal data, which a receipt must not.
  const sent = input.sent.map(({ mediaType, sha256, size }) => ({ mediaType, sha256, size }));
  const metadataFile =
    described === undefined
      ? undefined
      : await archive.putMetadata(job, await verified(described, input, { archive, documents }));
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
  await demandNotErased(job, dependencies);
  return { folder: archive.folderOf(job), archivedAt, documents: received };
}

/** Adds what an archive that takes the job over asks for: PDF/A levels, and who verified what when. */
async function verified(
  described: Omit<ArchivedMetadata, 'verification'>,
  { job, sent, received }: Pick<WriteReceiptInput, 'job' | 'sent' | 'received'>,
  { archive, documents }: Pick<ActivityDependencies, 'archive' | 'documents'>,
): Promise<ArchivedMetadata> {
  const levelOfSent = new Map<string, { pdfaLevel?: string }>();
  for (const document of sent) {
    if (document.mediaType === PDF)
      levelOfSent.set(document.sha256, pdfaLevelOf(await readIfThere(documents, document)));
  }
  const ofReceived = [];
  for (const { name, sha256, size, check } of received) {
    const isRead = name.endsWith('.pdf') && size <= MOST_PDF_BYTES;
    const level = isRead ? pdfaLevelOf(await archive.read(job, name)) : {};
    ofReceived.push({ name, sha256, result: check.result, ...level });
  }
  return {
    ...described,
    documents: described.documents.map((document) => ({ ...document, ...levelOfSent.get(document.sha256) })),
    ...(ofReceived.length > 0 && {
      verification: {
        verifiedAt: new Date().toISOString(),
        verifiedBy: SOFTWARE,
        documents: ofReceived,
      },
    }),
  };
}

const PDF = 'application/pdf';
/** A larger signed PDF has no PDF/A level: reading it would take several times its size in memory. */
const MOST_PDF_BYTES = 64 * 1024 ** 2;

/** Empty for what is not PDF/A, and for a document that is lost or cannot be read. */
function pdfaLevelOf(content: Uint8Array | undefined): { pdfaLevel?: string } {
  if (content === undefined) return {};
  try {
    const [facts] = inspectDocuments([{ path: '', mediaType: PDF, content }]).documents;
    const pdfaLevel = facts?.pdf?.pdfaLevel;
    return pdfaLevel === undefined ? {} : { pdfaLevel };
  } catch {
    // The level describes the document: a fault of its reader must not keep the job from its end.
    return {};
  }
}
