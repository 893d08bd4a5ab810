import { InvalidInputError } from '@signering/schema';
import type { Download, DownloadOptions } from '../calls.js';
import type { HttpExchange } from '../connection/http-exchange.js';
import { urlOfSender } from '../service-url.js';
import type { ResolvedSigningApiOptions } from '../signing-api-options.js';
import { beginDownload } from './download.js';
import { PADES_ACCEPT } from './signed-documents-client.js';

/** A document in the service's long-term storage. */
export interface LongTermDocumentId {
  /** The sender's organisation number, nine digits. */
  readonly organizationNumber: string;
  /** The id that the document has in long-term storage: it differs from the job's. */
  readonly documentId: string;
}

/** Long-term storage at the service, of senders who have it: signed documents of 20 years. */
export interface LongTermStorageClient {
  /**
   * Begins to fetch a stored PAdES, the only form that there is. The content must be read to its end or destroyed.
   * Spec: the service's documentation, archive client.
   * @throws LONG_TERM_DOCUMENT_NOT_FOUND, INVALID_REQUEST for an id or number that can be none, and as every call, see
   *   {@link SigningApi}; the
   *   content fails with INCOMPLETE_DOWNLOAD (retryable)
   * @throws SIGNED_DOCUMENT_TOO_LARGE beyond `maxBytes`: from the call, or from the content
   */
  downloadPades(document: LongTermDocumentId, options?: DownloadOptions): Promise<Download>;
}

/** No path can be made of anything else: `..` would lead to another path. */
const DOCUMENT_ID = /^[A-Za-z0-9_-]{1,100}$/u;

/** Long-term storage over HTTP. */
export function createLongTermStorageClient(
  exchange: HttpExchange,
  { apiUrl, timeouts }: ResolvedSigningApiOptions,
): LongTermStorageClient {
  return {
    downloadPades: async ({ organizationNumber, documentId }, { maxBytes, ...options } = {}) => {
      if (!DOCUMENT_ID.test(documentId)) {
        throw new InvalidInputError('INVALID_REQUEST', 'The document cannot be requested', [
          { path: 'documentId', message: 'must be 1 to 100 letters, digits, _ and -' },
        ]);
      }
      const url = urlOfSender(apiUrl, organizationNumber, 'archive', 'documents', documentId, 'pades');
      const call = {
        operation: 'longTermPades',
        method: 'GET',
        url,
        accept: PADES_ACCEPT,
        ...options,
      } as const;
      return beginDownload(exchange, call, { ...timeouts, maxBytes });
    },
  };
}
