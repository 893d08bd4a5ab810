import { beginDownload } from './download.js';
import type { HttpExchange } from './http-exchange.js';
import { urlFromService } from './service-url.js';
import type { ResolvedSigningApiOptions } from './signing-api-options.js';
import { settleCall } from './settle-call.js';
import type { SignedDocumentsClient } from './signed-documents-client.js';

/** The PAdES is no XML, but an error is. */
export const PADES_ACCEPT = 'application/octet-stream, application/xml';

/** What both flows have in common, over HTTP. */
export function createSignedDocumentsClient(
  exchange: HttpExchange,
  { timeouts }: ResolvedSigningApiOptions,
): SignedDocumentsClient {
  return {
    confirmStatusChange: (url, callOptions) =>
      settleCall(exchange, { operation: 'confirm', method: 'POST', url, ...callOptions }),
    deleteDocuments: (url, callOptions) =>
      settleCall(exchange, { operation: 'deleteDocuments', method: 'DELETE', url, ...callOptions }),

    downloadPades: async (url, { maxBytes, ...options } = {}) => {
      const operation = 'pades';
      const from = urlFromService(operation, url);
      const call = { operation, method: 'GET', url: from, accept: PADES_ACCEPT, ...options } as const;
      return beginDownload(exchange, call, { ...timeouts, maxBytes });
    },
    downloadXades: async (url, { maxBytes, ...options } = {}) => {
      const operation = 'xades';
      const from = urlFromService(operation, url);
      const call = { operation, method: 'GET', url: from, ...options } as const;
      return beginDownload(exchange, call, { ...timeouts, maxBytes });
    },
  };
}
