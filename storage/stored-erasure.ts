import { StoredContentDamagedError } from './errors.js';
import { folderOfJob } from './job-folder.js';
import type {
  DocumentsToRemove,
  Erasure,
  JobErasure,
  RemovedDocuments,
  RetainedFile,
} from './job-erasure.js';
import { pathOfDocument } from './stored-documents.js';
import { METADATA_FILE } from './metadata-file.js';
import { ERASED_RECEIPT } from './removable-jobs.js';
import type { LedgerEntry } from './reference-ledger.js';
import { isReceipt } from './sealed-files.js';
import { settledJobOf } from './settled-job.js';
import type { ArchivedJob, SignedDocumentArchive } from './signed-document-archive.js';
import type { StoredFiles } from './stored-files.js';

const ERASE = 'erase a job';
const EXPIRE = 'remove an archived document';

/** The longest time from storing a document until its job is claimed, with the difference of two clocks, in milliseconds. */
const UNCLAIMED_MS = 60 * 60 * 1000;

/** The areas of a storage that hold files of jobs. */
export interface ErasedAreas {
  readonly documents: Pick<StoredFiles, 'erase' | 'stat'>;
  readonly archive: Pick<StoredFiles, 'erase' | 'list' | 'listErasable'>;
  readonly suspects: Pick<StoredFiles, 'erase' | 'listErasable'>;
  /** Reads and writes the receipts. */
  readonly receipts: Pick<SignedDocumentArchive, 'readReceipt' | 'putErasedReceipt'>;
}

/** Removes the files of jobs from the areas of a storage. */
export class StoredErasure implements JobErasure {
  readonly #areas: ErasedAreas;

  constructor(areas: ErasedAreas) {
    this.#areas = areas;
  }

  async removeDocuments(
    { documents, claimedAt }: LedgerEntry,
    { shared, searchedAt }: DocumentsToRemove,
  ): Promise<RemovedDocuments> {
    // The job's own documents were stored before its claim.
    const storedBefore = Math.max(searchedAt - UNCLAIMED_MS, Date.parse(claimedAt));
    const left: LedgerEntry['documents'][number][] = [];
    const retained: RetainedFile[] = [];
    for (const document of documents) {
      const path = pathOfDocument(document.sha256);
      if (shared.has(document.sha256) || (await this.#isStoredSince(path, storedBefore))) {
        left.push(document);
        continue;
      }
      const until = await this.#areas.documents.erase(path, ERASE);
      if (until === undefined) continue;
      left.push(document);
      retained.push({ name: 'document to sign', until });
    }
    return { left, retained };
  }

  async #isStoredSince(path: string, since: number): Promise<boolean> {
    const found = await this.#areas.documents.stat(path, ERASE);
    return found !== undefined && Math.floor(found.modifiedMs) > since;
  }

  async removeArchive(entry: LedgerEntry, erasure: Erasure): Promise<readonly RetainedFile[]> {
    const job = settledJobOf(entry);
    if (job === undefined) return [];
    await this.#writeErasedReceipt(job, erasure);
    const retained: RetainedFile[] = [];
    for (const folder of foldersOf(job, entry)) {
      retained.push(
        ...(await eraseFolder(this.#areas.suspects, folder)),
        ...(await eraseFolder(this.#areas.archive, folder)),
      );
    }
    return retained;
  }

  async removeExpired(entry: LedgerEntry): Promise<RetainedFile | undefined> {
    const job = settledJobOf(entry);
    if (job === undefined) return undefined;
    const metadata = `${folderOfJob(job)}/${METADATA_FILE}`;
    const { archive, suspects } = this.#areas;
    for (const area of [archive, suspects]) {
      for (const folder of foldersOf(job, entry)) {
        for await (const path of area.listErasable(folder, EXPIRE)) {
          if (path === metadata || isReceipt(path)) continue;
          const until = await area.erase(path, EXPIRE);
          if (until !== undefined) return { name: path.slice(folder.length + 1), until };
        }
      }
    }
    // Last: while the folder holds a file, an interrupted removal is found and continued.
    const until = await archive.erase(metadata, EXPIRE);
    return until === undefined ? undefined : { name: METADATA_FILE, until };
  }

  async listDuplicates(entry: LedgerEntry): Promise<readonly string[]> {
    const job = settledJobOf(entry);
    if (job === undefined) return [];
    const folder = `${folderOfJob(job)}/duplicates`;
    const ids = new Set<string>();
    for await (const { path } of this.#areas.archive.list(folder, ERASE)) {
      ids.add(path.slice(folder.length + 1).split('/')[0] ?? '');
    }
    return [...ids];
  }

  async #writeErasedReceipt(job: ArchivedJob, erasure: Erasure): Promise<void> {
    try {
      const receipt = await this.#areas.receipts.readReceipt(job);
      // An earlier attempt has removed it.
      if (receipt !== undefined) await this.#areas.receipts.putErasedReceipt(job, receipt, erasure);
    } catch (error) {
      // A damaged receipt must not keep personal data from being erased.
      if (!(error instanceof StoredContentDamagedError)) throw error;
    }
  }
}

/**
 * The folders of a settled job, its own last. It can be a duplicate; the folder of the created one then has the other job's
 * files.
 */
function foldersOf(job: ArchivedJob, { created }: LedgerEntry): readonly string[] {
  const own = folderOfJob(job);
  const ofCreated = folderOfJob({ ...job, signatureJobId: created?.signatureJobId ?? job.signatureJobId });
  return ofCreated === own ? [own] : [ofCreated, own];
}

async function eraseFolder(
  files: Pick<StoredFiles, 'erase' | 'listErasable'>,
  folder: string,
): Promise<readonly RetainedFile[]> {
  const retained: RetainedFile[] = [];
  for await (const path of files.listErasable(folder, ERASE)) {
    if (path === `${folder}/${ERASED_RECEIPT}`) continue;
    const until = await files.erase(path, ERASE);
    if (until !== undefined) retained.push({ name: path.slice(folder.length + 1), until });
  }
  return retained;
}
