import type { ConfirmationUrl, DeleteDocumentsUrl, PadesUrl, XadesUrl } from '@signering/schema';
import type { CallOptions, Download, DownloadOptions } from '../calls.js';
import type { HttpExchange } from '../connection/http-exchange.js';
import { settleCall } from '../connection/settle-call.js';
import { urlFromService } from '../service-url.js';
import type { ResolvedSigningApiOptions } from '../signing-api-options.js';
import { beginDownload } from './download.js';

/** What can be done with a job's status in either flow, by the URLs that came with it. */
export interface SignedDocumentsClient {
  /**
   * Confirms a status change: after the last confirmation the service may delete the documents. A late
   * confirmation also confirms a newer status of the job that was handed out meanwhile. Spec: portal.xsd and
   * direct.xsd, confirmation-url.
   * @throws as every call, see {@link SigningApi}
   */
  confirmStatusChange(url: ConfirmationUrl, options?: CallOptions): Promise<void>;
  /**
   * Permanently deletes a completed job's documents at the service. Spec: portal.xsd and direct.xsd,
   * delete-documents-url.
   * @throws REQUEST_REFUSED when it is too early or there is nothing to delete, and as every call, see
   *   {@link SigningApi}
   */
  deleteDocuments(url: DeleteDocumentsUrl, options?: CallOptions): Promise<void>;
  /**
   * Begins to fetch the signed document: one PDF with all documents and signatures so far. The content must be read to
   * its end or destroyed. Spec: portal.xsd and direct.xsd, pades-url.
   * @throws as every call, see {@link SigningApi}; the content fails with INCOMPLETE_DOWNLOAD (retryable)
   * @throws SIGNED_DOCUMENT_TOO_LARGE beyond `maxBytes`: from the call, or from the content
   */
  downloadPades(url: PadesUrl, options?: DownloadOptions): Promise<Download>;
  /**
   * Begins to fetch one signer's technical signature, an XML file. The content must be read to its end or destroyed.
   * Spec: portal.xsd and direct.xsd, xades-url.
   * @throws as every call, see {@link SigningApi}; the content fails with INCOMPLETE_DOWNLOAD (retryable)
   * @throws SIGNED_DOCUMENT_TOO_LARGE beyond `maxBytes`: from the call, or from the content
   */
  downloadXades(url: XadesUrl, options?: DownloadOptions): Promise<Download>;
}

/** The PAdES is not XML, but an error is. */
export const PADES_ACCEPT = 'application/octet-stream, application/xml';

/** The calls that both flows share, over HTTP. */
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
