import type { DirectSignatureJobManifest, DirectSignatureJobRequest } from '@signering/schema';
import type { NewDirectJob } from './direct-client.js';
import { placeDocuments, type DocumentToSend } from '../new-job/document-to-send.js';

/** Everything that can be said of a direct job. */
export interface DirectJobOptions
  extends DirectSignatureJobRequest, Omit<DirectSignatureJobManifest, 'sender' | 'documents'> {
  /** The sender's organisation number, nine digits; for a broker that of the organisation it sends for. */
  readonly organizationNumber: string;
  /** 1–20, shown in this order. */
  readonly documents: readonly DocumentToSend[];
}

/**
 * Puts a direct job together for `createSignatureJob`: request, manifest, and documents under names that fit both.
 * Checks nothing yet. Spec: direct.xsd, direct-signature-job-request, direct-signature-job-manifest.
 */
export function buildDirectJob(options: DirectJobOptions): NewDirectJob {
  const { organizationNumber, documents, reference, exitUrls, ...rest } = options;
  const { statusRetrievalMethod, pollingQueue, ...content } = rest;
  const { listed, packaged } = placeDocuments(documents);
  return {
    request: {
      ...(reference !== undefined && { reference }),
      exitUrls,
      ...(statusRetrievalMethod !== undefined && { statusRetrievalMethod }),
      ...(pollingQueue !== undefined && { pollingQueue }),
    },
    manifest: { ...content, sender: { organizationNumber }, documents: listed },
    documents: packaged,
  };
}
