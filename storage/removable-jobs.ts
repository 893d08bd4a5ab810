import { encodePathName } from './path-name.js';
import type { Receipt } from './receipt.js';
import { parseReceipt } from './receipt-file.js';
import type { LedgerKey } from './reference-ledger.js';
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

/**
 * The longest time from the creation of a job to its end, in milliseconds: ten groups of signers with 90 days each, and
 * some days more. Only people at the service can extend a deadline further.
 */
const LONGEST_JOB_MS = 1000 * 24 * 60 * 60 * 1000;

/** As `SignedDocumentArchive.listSettled`. Older months are not listed, so its cost does not grow with the archive. */
export async function* listSettledJobs(files: ArchiveFiles, since: string): AsyncGenerator<LedgerKey> {
  const firstMonth = new Date(Date.parse(since) - LONGEST_JOB_MS).toISOString().slice(0, 7);
  for await (const organization of files.folders('', LIST)) {
    for await (const month of files.folders(organization, LIST)) {
      if (month >= firstMonth) yield* settledIn(files, `${organization}/${month}`, since);
    }
  }
}

async function* settledIn(files: ArchiveFiles, month: string, since: string): AsyncGenerator<LedgerKey> {
  for await (const { path, modifiedMs } of files.list(month, LIST)) {
    const folder = path.split('/').slice(0, 3).join('/');
    if (path !== `${folder}/${RECEIPT}` || modifiedMs < Date.parse(since)) continue;
    try {
      const receipt = await receiptIn(files, folder);
      if (receipt === undefined) continue;
      const { organizationNumber, reference } = receipt;
      yield { organizationNumber, reference };
    } catch (error) {
      if (!isFaultOfOneEntry(error)) throw error;
    }
  }
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
