import type { DocumentRef } from '@signering/contract';

/** A stored document. */
export interface StoredDocument {
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  /** Of the stored file, in bytes: an encrypted one is larger than its document. */
  readonly size: number;
  /** When it was last put, ISO 8601. */
  readonly putAt: string;
}

/** Documents to sign: written by the client, read by the worker, and removed by retention. */
export interface DocumentStore {
  /**
   * Stores a document under the digest of its bytes; identical bytes are stored once, and their time is renewed.
   * @throws STORAGE_UNAVAILABLE (retryable)
   */
  put(content: Uint8Array, names: Pick<DocumentRef, 'name' | 'mediaType'>): Promise<DocumentRef>;
  /**
   * Reads a document and verifies its digest and size.
   * @throws DOCUMENT_MISSING, STORED_CONTENT_DAMAGED, STORAGE_UNAVAILABLE (retryable)
   */
  read(document: Pick<DocumentRef, 'sha256' | 'size'>): Promise<Uint8Array>;
  /** Whether the document is stored; does not read it. @throws STORAGE_UNAVAILABLE (retryable) */
  has(document: Pick<DocumentRef, 'sha256'>): Promise<boolean>;
  /** Every stored document, in no particular order. @throws STORAGE_UNAVAILABLE (retryable) */
  list(): AsyncIterable<StoredDocument>;
  /**
   * Removes a document, unless it was put since. Looks at its time right before; a client that puts and claims it at that
   * very moment finds after its claim that it is gone, and puts it again.
   * @param putBefore ISO 8601
   * @returns whether it was removed
   * @throws STORAGE_UNAVAILABLE (retryable)
   */
  removeUnused(document: Pick<DocumentRef, 'sha256'>, putBefore: string): Promise<boolean>;
}
