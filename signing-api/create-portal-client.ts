import {
  readPortalSignatureJobResponse,
  readPortalStatusChange,
  writePortalSignatureJobManifest,
  writePortalSignatureJobRequest,
} from '@signering/schema/xml';
import { createSignatureJob } from './create-signature-job.js';
import { createSignedDocumentsClient } from './create-signed-documents-client.js';
import { fetchStatusChange } from './fetch-status-change.js';
import type { HttpExchange } from './http-exchange.js';
import { checkPortalJob } from './new-job-rules.js';
import type { PortalClient } from './portal-client.js';
import { urlOfSender } from './service-url.js';
import { settleCall } from './settle-call.js';
import type { ResolvedSigningApiOptions } from './signing-api-options.js';

/** The portal flow over HTTP. */
export function createPortalClient(exchange: HttpExchange, options: ResolvedSigningApiOptions): PortalClient {
  const flow = 'portal';
  return {
    ...createSignedDocumentsClient(exchange, options),

    createSignatureJob: async (job, { signal, priority = 'normal', beforeSending } = {}) => {
      const { request, manifest, documents } = job;
      checkPortalJob(job, options.sector);
      return createSignatureJob({
        url: urlOfSender(options.apiUrl, manifest.sender.organizationNumber, flow, 'signature-jobs'),
        priority,
        outgoing: {
          flow,
          organizationNumber: manifest.sender.organizationNumber,
          ...(request.reference !== undefined && { reference: request.reference }),
        },
        request: writePortalSignatureJobRequest(request),
        manifest: writePortalSignatureJobManifest(manifest),
        documents,
        exchange,
        options,
        read: readPortalSignatureJobResponse,
        signal,
        beforeSending,
      });
    },

    fetchStatusChange: async (queue, callOptions) =>
      fetchStatusChange({ flow, queue, exchange, options, read: readPortalStatusChange, callOptions }),

    cancelSignatureJob: (url, callOptions) =>
      settleCall(exchange, { operation: 'cancel', method: 'POST', url, ...callOptions }),
  };
}
