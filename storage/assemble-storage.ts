import type { FileCipher } from '@signering/encryption';
import { StoredBatchEmails } from './batch-emails.js';
import type { LedgerRecords } from './ledger-records.js';
import { SealedFiles } from './sealed-files.js';
import type { Storage } from './storage.js';
import { StoredBatches } from './stored-batches.js';
import { StoredArchive } from './stored-archive.js';
import { StoredDocuments } from './stored-documents.js';
import { StoredErasure } from './stored-erasure.js';
import { storedFileKeys } from './stored-file-keys.js';
import type { StoredFiles } from './stored-files.js';
import { StoredHolds } from './stored-holds.js';
import { StoredKeyFingerprints } from './stored-key-fingerprints.js';
import { StoredLedger } from './stored-ledger.js';

/** The argument of {@link assembleStorage}: the parts in which a folder and S3 differ. */
export interface StorageParts extends Pick<Storage, 'location' | 'storageIdentity' | 'suspects' | 'probe'> {
  /** Files of the storage's root. */
  readonly root: StoredFiles;
  /** Files of its areas, as they are stored. */
  readonly areas: Readonly<Record<'documents' | 'archive' | 'suspect' | 'holds' | 'batches', StoredFiles>>;
  readonly records: LedgerRecords;
  readonly cipher: FileCipher;
}

/** Makes a storage of its files and records. */
export function assembleStorage({ root, areas, records, cipher, ...parts }: StorageParts): Storage {
  const sealed = (area: 'documents' | 'archive') => new SealedFiles({ files: areas[area], cipher, area });
  const archive = new StoredArchive(sealed('archive'));
  return {
    ...parts,
    documents: new StoredDocuments(sealed('documents')),
    ledger: new StoredLedger(records),
    archive,
    holds: new StoredHolds(areas.holds),
    batches: new StoredBatches(areas.batches),
    batchEmails: new StoredBatchEmails(areas.batches),
    erasure: new StoredErasure({
      documents: areas.documents,
      archive: areas.archive,
      suspects: areas.suspect,
      receipts: archive,
    }),
    fileKeys: storedFileKeys(areas),
    keyFingerprints: new StoredKeyFingerprints(root),
  };
}
