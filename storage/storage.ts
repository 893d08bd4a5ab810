import type { KeyFingerprintStore } from '@signering/encryption';
import type { BatchEmails } from './batch-emails.js';
import type { BatchStore } from './batch-store.js';
import type { DocumentStore } from './document-store.js';
import type { JobErasure } from './job-erasure.js';
import type { LegalHolds } from './legal-holds.js';
import type { ReferenceLedger } from './reference-ledger.js';
import type { SignedDocumentArchive } from './signed-document-archive.js';
import type { StorageIdentity } from './storage-identity.js';
import type { StoredFileKeys } from './stored-file-keys.js';
import type { SuspectDocuments } from './suspect-documents.js';

/** Everything that client and worker keep outside Temporal. */
export interface Storage {
  /** Names the storage in messages: the folder, or `s3://bucket/prefix`. */
  readonly location: string;
  readonly documents: DocumentStore;
  readonly ledger: ReferenceLedger;
  readonly archive: SignedDocumentArchive;
  /** Bytes that the check found BROKEN; not part of the archive. */
  readonly suspects: SuspectDocuments;
  /** Jobs of which nothing may be deleted. */
  readonly holds: LegalHolds;
  /** The rows of batches, and what people ordered. */
  readonly batches: BatchStore;
  /** Which emails about ends of batches were sent. */
  readonly batchEmails: BatchEmails;
  /** Removes the files of a job on request. */
  readonly erasure: JobErasure;
  /** Fingerprint of each key id, so that two processes cannot use different keys under one id. */
  readonly keyFingerprints: KeyFingerprintStore;
  /** Which keys the stored files need. */
  readonly fileKeys: StoredFileKeys;
  /** Distinguishes this storage from others. */
  readonly storageIdentity: StorageIdentity;
  /**
   * Verifies what every stored file needs: creating a file once, reading it back and removing it.
   * @returns what it verified, in words, for people
   * @throws STORAGE_UNAVAILABLE (retryable)
   */
  probe(): Promise<string>;
}
