import type { KeyFingerprintStore } from '@signering/encryption';
import type { DocumentStore } from './document-store.js';
import type { ReferenceLedger } from './reference-ledger.js';
import type { SignedDocumentArchive } from './signed-document-archive.js';
import type { StorageIdentity } from './storage-identity.js';
import type { SuspectDocuments } from './suspect-documents.js';

/** All that client and worker keep outside of Temporal, whatever stands behind it. */
export interface Storage {
  readonly documents: DocumentStore;
  readonly ledger: ReferenceLedger;
  readonly archive: SignedDocumentArchive;
  /** Bytes that were judged BROKEN: never part of the archive. */
  readonly suspects: SuspectDocuments;
  /** Which key each key id stands for, so that two processes never mean different keys by one id. */
  readonly keyFingerprints: KeyFingerprintStore;
  /** Tells this storage from every other one. */
  readonly storageIdentity: StorageIdentity;
  /**
   * Writes something, reads it back and removes it: for health checks.
   * @throws STORAGE_UNAVAILABLE (retryable)
   */
  probe(): Promise<void>;
}
