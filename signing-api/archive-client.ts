import type { Download, DownloadOptions } from './calls.js';

/** A document in the service's long-term storage. */
export interface ArchivedDocumentId {
  /** The sender's organisation number, nine digits. */
  readonly organizationNumber: string;
  /** The id that the document has in the archive: neither the job's nor our own. */
  readonly documentId: string;
}

/** Long-term storage at the service, of senders who have it: signed documents of 20 years. */
export interface ArchiveClient {
  /**
   * Begins to fetch an archived PAdES, the only form that there is. The content must be read to its end or destroyed.
   * Spec: the service's documentation, archive client.
   * @throws ARCHIVED_DOCUMENT_NOT_FOUND, INVALID_REQUEST for an id or number that can be none, and as every call, see
   *   {@link SigningApi}; the
   *   content fails with INCOMPLETE_DOWNLOAD (retryable)
   * @throws SIGNED_DOCUMENT_TOO_LARGE beyond `maxBytes`: from the call, or from the content
   */
  downloadPades(document: ArchivedDocumentId, options?: DownloadOptions): Promise<Download>;
}
