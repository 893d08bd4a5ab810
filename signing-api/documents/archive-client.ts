import { InvalidInputError } from '@signering/schema';
import type { Download, DownloadOptions } from '../calls.js';
import type { HttpExchange } from '../connection/http-exchange.js';
import { urlOfSender } from '../service-url.js';
import type { ResolvedSigningApiOptions } from '../signing-api-options.js';
import { beginDownload } from './download.js';
import { PADES_ACCEPT } from './signed-documents-client.js';

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

/** No path can be made of anything else: `..` would lead out of the archive. */
const DOCUMENT_ID = /^[A-Za-z0-9_-]{1,100}$/u;

/** The archive over HTTP. */
export function createArchiveClient(
  exchange: HttpExchange,
  { apiUrl, timeouts }: ResolvedSigningApiOptions,
): ArchiveClient {
  return {
    downloadPades: async ({ organizationNumber, documentId }, { maxBytes, ...options } = {}) => {
      if (!DOCUMENT_ID.test(documentId)) {
        throw new InvalidInputError('INVALID_REQUEST', 'The archive cannot be asked', [
          { path: 'documentId', message: 'must be 1 to 100 letters, digits, _ and -' },
        ]);
      }
      const url = urlOfSender(apiUrl, organizationNumber, 'archive', 'documents', documentId, 'pades');
      const call = {
        operation: 'archivedPades',
        method: 'GET',
        url,
        accept: PADES_ACCEPT,
        ...options,
      } as const;
      return beginDownload(exchange, call, { ...timeouts, maxBytes });
    },
  };
}
