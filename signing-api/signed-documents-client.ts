import type { ConfirmationUrl, DeleteDocumentsUrl, PadesUrl, XadesUrl } from '../schema/index.js';
import type { CallOptions, Download } from './calls.js';

/** What can be done with a job's status in either flow, by the URLs that came with it. */
export interface SignedDocumentsClient {
  /** Tells the service that the status has been taken care of: after the last one the documents may be gone. */
  confirmStatusChange(url: ConfirmationUrl, options?: CallOptions): Promise<void>;
  deleteDocuments(url: DeleteDocumentsUrl, options?: CallOptions): Promise<void>;
  downloadPades(url: PadesUrl, options?: CallOptions): Promise<Download>;
  downloadXades(url: XadesUrl, options?: CallOptions): Promise<Download>;
}
