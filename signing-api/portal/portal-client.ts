import type {
  CancellationUrl,
  PortalSignatureJobManifest,
  PortalSignatureJobRequest,
  PortalSignatureJobResponse,
} from '@signering/schema';
import {
  readPortalSignatureJobResponse,
  readPortalStatusChange,
  writePortalSignatureJobManifest,
  writePortalSignatureJobRequest,
} from '@signering/schema/xml';
import type { CallOptions, CreateOptions, PackageDocument, PollingQueue, QueueAnswer } from '../calls.js';
import type { HttpExchange } from '../connection/http-exchange.js';
import { settleCall } from '../connection/settle-call.js';
import {
  type SignedDocumentsClient,
  createSignedDocumentsClient,
} from '../documents/signed-documents-client.js';
import { fetchStatusChange } from '../fetch-status-change.js';
import { createSignatureJob } from '../new-job/create-signature-job.js';
import { checkPortalJob } from '../new-job/new-job-rules.js';
import { urlOfSender } from '../service-url.js';
import type { ResolvedSigningApiOptions } from '../signing-api-options.js';

/** A job to create at the service. */
export interface NewPortalJob {
  readonly request: PortalSignatureJobRequest;
  readonly manifest: PortalSignatureJobManifest;
  readonly documents: readonly PackageDocument[];
}

/** The sender's side of the portal flow, usable without Temporal. Each call is one HTTP request; nothing is retried. */
export interface PortalClient extends SignedDocumentsClient {
  /**
   * Signs the document package and creates the job. Spec: portal.xsd, portal-signature-job-request, portal-signature-job-manifest.
   * @throws INVALID_REQUEST, DOCUMENT_NOT_ACCEPTED and INVALID_MESSAGE for what the service would refuse, before anything
   *   is sent; the content of documents is not inspected: see `inspectDocuments`
   * @throws CREATE_OUTCOME_UNKNOWN when it is unknown whether there is a job; every other error
   *   means there is none; they are those of every call, see {@link SigningApi}
   */
  createSignatureJob(job: NewPortalJob, options?: CreateOptions): Promise<PortalSignatureJobResponse>;
  /**
   * Polls a queue once for a status change. The service returns a change again after ten minutes unless it is confirmed.
   * Spec: portal.xsd, portal-signature-job-status-change-response.
   * @throws POLLED_TOO_EARLY and RATE_LIMITED (both retryable, with `facts.retryAfterMs`), and as every call, see
   *   {@link SigningApi}
   */
  fetchStatusChange(queue: PollingQueue, options?: CallOptions): Promise<QueueAnswer>;
  /**
   * Cancels a job: signers who have not signed can no longer sign. The queue then returns its final status change. Spec: portal.xsd,
   * cancellation-url.
   * @throws JOB_NOT_CANCELLABLE when the job has ended; its status change is in the queue; and as every call, see
   *   {@link SigningApi}
   */
  cancelSignatureJob(url: CancellationUrl, options?: CallOptions): Promise<void>;
}

/** The portal flow over HTTP. */
export function createPortalClient(exchange: HttpExchange, options: ResolvedSigningApiOptions): PortalClient {
  const flow = 'portal';
  return {
    ...createSignedDocumentsClient(exchange, options),

    createSignatureJob: async (job, { signal, priority = 'NORMAL', beforeSending } = {}) => {
      const { request, manifest, documents } = job;
      checkPortalJob(job, options.sector);
      return createSignatureJob({
        url: urlOfSender(options.apiUrl, manifest.sender.organizationNumber, flow, 'signature-jobs'),
        priority,
        outgoing: {
          flow: 'PORTAL',
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
