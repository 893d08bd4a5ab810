import type { DocumentRef } from '@signering/contract';

/** Documents to sign: written once by the client, read by the worker. */
export interface DocumentStore {
  /**
   * Stores a document under the digest of its bytes; identical bytes are stored once.
   * @throws STORAGE_UNAVAILABLE (retryable)
   */
  put(content: Uint8Array, names: Pick<DocumentRef, 'name' | 'mediaType'>): Promise<DocumentRef>;
  /**
   * Reads a document and verifies its digest and size.
   * @throws DOCUMENT_MISSING, STORED_CONTENT_DAMAGED, STORAGE_UNAVAILABLE (retryable)
   */
  read(document: Pick<DocumentRef, 'sha256' | 'size'>): Promise<Uint8Array>;
}
