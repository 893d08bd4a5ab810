import { InvalidInputError } from '@signering/schema';
import type { ArchiveClient } from './archive-client.js';
import { PADES_ACCEPT } from './create-signed-documents-client.js';
import { beginDownload } from './download.js';
import type { HttpExchange } from './http-exchange.js';
import { urlOfSender } from './service-url.js';
import type { ResolvedSigningApiOptions } from './signing-api-options.js';

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
