import { encodePathName } from './path-name.js';
import type { Receipt } from './receipt.js';
import { parseReceipt } from './receipt-file.js';
import type { RemovableJob, RemovableJobsOptions } from './signed-document-archive.js';
import { isReceipt } from './sealed-files.js';
import type { StoredFiles } from './stored-files.js';
import { isFaultOfOneEntry } from './unsettled-entry.js';

const LIST = 'list the archive';
export const RECEIPT = 'receipt.json';
/** What stays of the receipt of an erased job. */
export const ERASED_RECEIPT = 'receipt-erased.json';

type ArchiveFiles = Pick<StoredFiles, 'folders' | 'list' | 'read'>;

/** @throws STORED_CONTENT_DAMAGED, VERSION_NOT_SUPPORTED, STORAGE_UNAVAILABLE (retryable) */
export async function receiptIn(
  files: Pick<StoredFiles, 'read'>,
  folder: string,
): Promise<Receipt | undefined> {
  const content = await files.read(`${folder}/${RECEIPT}`, 'read an archived document');
  return content === undefined ? undefined : parseReceipt(Buffer.from(content).toString('utf8'), folder);
}

/** As `SignedDocumentArchive.listRemovable`. */
export async function* listRemovableJobs(
  files: ArchiveFiles,
  { organizations, createdUntil }: RemovableJobsOptions,
): AsyncGenerator<RemovableJob> {
  const lastMonth = createdUntil.slice(0, 7);
  for (const organization of organizations) {
    const folder = encodePathName(organization);
    for await (const month of files.folders(folder, LIST)) {
      if (month <= lastMonth) yield* removableIn(files, `${folder}/${month}`);
    }
  }
}

async function* removableIn(files: ArchiveFiles, month: string): AsyncGenerator<RemovableJob> {
  let visited = '';
  for await (const { path } of files.list(month, LIST)) {
    const folder = path.split('/').slice(0, 3).join('/');
    if (folder === visited || isReceipt(path)) continue;
    visited = folder;
    const job = await removableJob(files, folder);
    if (job !== undefined) yield job;
  }
}

/** Undefined where it is not archived, or nothing is left to remove. */
async function removableJob(files: ArchiveFiles, folder: string): Promise<RemovableJob | undefined> {
  const paths: string[] = [];
  for await (const { path } of files.list(folder, LIST)) paths.push(path);
  if (paths.every(isReceipt)) return undefined;
  const ofDuplicates = new Set(paths.map((path) => path.slice(0, path.lastIndexOf('/'))));
  ofDuplicates.delete(folder);
  try {
    const receipt = await receiptIn(files, folder);
    if (receipt === undefined) return undefined;
    const duplicates: (Receipt | undefined)[] = [];
    for (const one of ofDuplicates) duplicates.push(await receiptIn(files, one));
    const last = duplicates
      .flatMap((one) => one?.archivedAt ?? [])
      .sort()
      .at(-1);
    return {
      folder,
      receipt,
      ...(last !== undefined && { duplicateArchivedAt: last }),
      isOpen: duplicates.includes(undefined),
    };
  } catch (error) {
    if (!isFaultOfOneEntry(error)) throw error;
    return { folder, unreadable: error };
  }
}
