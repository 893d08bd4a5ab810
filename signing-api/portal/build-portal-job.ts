import type { PortalSignatureJobManifest, PortalSignatureJobRequest } from '@signering/schema';
import { placeDocuments, type DocumentToSend } from '../new-job/document-to-send.js';
import type { NewPortalJob } from './portal-client.js';

/** Everything that can be said of a portal job. */
export interface PortalJobOptions
  extends PortalSignatureJobRequest, Omit<PortalSignatureJobManifest, 'sender' | 'documents'> {
  /** The sender's organisation number, nine digits; for a broker that of the organisation it sends for. */
  readonly organizationNumber: string;
  /** 1–20, shown in this order. */
  readonly documents: readonly DocumentToSend[];
}

/**
 * Puts a portal job together for `createSignatureJob`: request, manifest, and documents under names that fit both.
 * Checks nothing yet. Spec: portal.xsd, portal-signature-job-request, portal-signature-job-manifest.
 */
export function buildPortalJob(options: PortalJobOptions): NewPortalJob {
  const { organizationNumber, documents, reference, pollingQueue, ...content } = options;
  const { listed, packaged } = placeDocuments(documents);
  return {
    request: {
      ...(reference !== undefined && { reference }),
      ...(pollingQueue !== undefined && { pollingQueue }),
    },
    manifest: { ...content, sender: { organizationNumber }, documents: listed },
    documents: packaged,
  };
}
