// Documents to sign, signed documents, and the reference ledger.
export { BatchTally, readRow, rowStateOf } from './batch-tally.js';
export type { BatchEmails } from './batch-emails.js';
export type { BatchEvent, BatchRecord, BatchRow, BatchStore, ListedBatch } from './batch-store.js';
export type { DocumentStore, StoredDocument } from './document-store.js';
export {
  DocumentsExpiredError,
  JobErasedError,
  JobOnHoldError,
  LedgerConflictError,
  ReferenceInUseError,
  StoredContentDamagedError,
  StorageMismatchError,
} from './errors.js';
export { folderOfJob } from './job-folder.js';
export type { Erasure, JobErasure } from './job-erasure.js';
export type { HoldRelease, LegalHold, LegalHolds, ListedHold } from './legal-holds.js';
export { openFileStorage } from './file-system/open-file-storage.js';
export {
  formatMetadata,
  METADATA_FILE,
  parseMetadata,
  type ArchivedMetadata,
  type SignatureVerification,
} from './metadata-file.js';
export { openStorage, type OpenStorageOptions } from './open-storage.js';
export type { Receipt } from './receipt.js';
export { parseReceipt } from './receipt-file.js';
export {
  isAmbiguous,
  type LedgerClaim,
  type LedgerEntry,
  type LedgerKey,
  type LedgerProgress,
  type ReferenceLedger,
  type RecordedEmail,
  type RecordedErasure,
  type SendingAttempt,
  type UnsettledOptions,
} from './reference-ledger.js';
export type {
  ArchivedFile,
  ArchivedJob,
  PutOptions,
  RemovableJob,
  SignedDocumentArchive,
} from './signed-document-archive.js';
export { StoredBatches, type BatchFiles } from './stored-batches.js';
export { settledJobOf } from './settled-job.js';
export { checkStorageId, demandStorageId, type StorageIdentity } from './storage-identity.js';
export type { S3Options } from './s3/s3-options.js';
export type { Storage } from './storage.js';
export { ENCRYPTED_AREAS, type EncryptedArea } from './stored-file-keys.js';
export type { SuspectBytes, SuspectDocument, SuspectDocuments } from './suspect-documents.js';
export { SOFTWARE } from './software.js';
export {
  isErasable,
  isFaultOfOneEntry,
  isUnsent,
  isWithdrawn,
  isPastConfirmation,
  isSettledForGood,
  isUnsettled,
  type UnsettledReference,
} from './unsettled-entry.js';
