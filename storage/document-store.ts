import type { DocumentRef } from '@signering/contract';

/** Documents on their way to the signers: written once by the client, read by the worker. */
export interface DocumentStore {
  /**
   * Keeps a document under the digest of its bytes; the same bytes again are kept once.
   * @throws STORAGE_UNAVAILABLE (retryable)
   */
  put(content: Uint8Array, names: Pick<DocumentRef, 'name' | 'mediaType'>): Promise<DocumentRef>;
  /**
   * Reads a document back and compares its digest and size with the reference.
   * @throws DOCUMENT_MISSING, STORED_CONTENT_DAMAGED, STORAGE_UNAVAILABLE (retryable)
   */
  read(document: Pick<DocumentRef, 'sha256' | 'size'>): Promise<Uint8Array>;
}
