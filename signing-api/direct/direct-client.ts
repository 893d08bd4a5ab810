import type {
  DirectSignatureJobManifest,
  DirectSignatureJobRequest,
  DirectSignatureJobResponse,
  DirectSignatureJobStatus,
  DirectSignerResponse,
  SignerUrl,
  StatusUrl,
} from '@signering/schema';
import {
  readDirectSignatureJobResponse,
  readDirectSignatureJobStatus,
  readDirectSignerResponse,
  writeDirectSignatureJobManifest,
  writeDirectSignatureJobRequest,
  writeDirectSignerUpdateRequest,
} from '@signering/schema/xml';
import type { CallOptions, CreateOptions, PackageDocument, PollingQueue, QueueAnswer } from '../calls.js';
import type { HttpExchange } from '../connection/http-exchange.js';
import { createXmlBody } from '../connection/request-body.js';
import { readXmlAnswer } from '../connection/xml-answer.js';
import {
  type SignedDocumentsClient,
  createSignedDocumentsClient,
} from '../documents/signed-documents-client.js';
import { StatusQueryTokenInvalidError } from '../errors.js';
import { fetchStatusChange } from '../fetch-status-change.js';
import { createSignatureJob } from '../new-job/create-signature-job.js';
import { checkDirectJob } from '../new-job/new-job-rules.js';
import { urlFromService, urlOfSender } from '../service-url.js';
import type { ResolvedSigningApiOptions } from '../signing-api-options.js';

/** A direct job to create at the service. */
export interface NewDirectJob {
  readonly request: DirectSignatureJobRequest;
  readonly manifest: DirectSignatureJobManifest;
  readonly documents: readonly PackageDocument[];
}

/** The status URL of a job and the token of a signer who has come back. */
export interface StatusQuery {
  readonly statusUrl: StatusUrl;
  /** `status_query_token` of the exit URL that the browser visited, decoded. */
  readonly statusQueryToken: string;
}

/** The sender's side of the direct flow, usable without Temporal. Each call is one HTTP request; nothing is retried. */
export interface DirectClient extends SignedDocumentsClient {
  /**
   * Signs the document package and creates the job. Spec: direct.xsd, direct-signature-job-request, direct-signature-job-manifest.
   * @throws INVALID_REQUEST, DOCUMENT_NOT_ACCEPTED and INVALID_MESSAGE for what the service would refuse, before anything
   *   is sent; the content of documents is not inspected: see `inspectDocuments`
   * @throws CREATE_OUTCOME_UNKNOWN when it is unknown whether there is a job; every other error
   *   means there is none; they are those of every call, see {@link SigningApi}
   */
  createSignatureJob(job: NewDirectJob, options?: CreateOptions): Promise<DirectSignatureJobResponse>;
  /**
   * Requests a new redirect URL, which invalidates the signer's older one. Each is valid for a single visit.
   * Spec: direct.xsd, direct-signer-update-request.
   * @throws REQUEST_REFUSED when the signer is done, or the job over; and as every call, see {@link SigningApi}
   */
  requestRedirectUrl(url: SignerUrl, options?: CallOptions): Promise<DirectSignerResponse>;
  /**
   * Fetches the status after a signer came back. Spec: direct.xsd, direct-signature-job-status-response.
   * @throws STATUS_QUERY_TOKEN_INVALID when the token is not of this job, SIGNING_CEREMONY_NOT_COMPLETED (retryable)
   *   when no signer has come back yet; and as every call, see {@link SigningApi}
   */
  fetchStatus(query: StatusQuery, options?: CallOptions): Promise<DirectSignatureJobStatus>;
  /**
   * Polls a queue once for jobs that were created with `POLLING`. Spec: direct.xsd,
   * direct-signature-job-status-response.
   * @throws POLLED_TOO_EARLY and RATE_LIMITED (both retryable, with `facts.retryAfterMs`), and as every call, see
   *   {@link SigningApi}
   */
  fetchStatusChange(
    queue: PollingQueue,
    options?: CallOptions,
  ): Promise<QueueAnswer<DirectSignatureJobStatus>>;
}

/** The direct flow over HTTP. */
export function createDirectClient(exchange: HttpExchange, options: ResolvedSigningApiOptions): DirectClient {
  const flow = 'direct';
  const timeoutMs = options.timeouts.answerTimeoutMs;
  return {
    ...createSignedDocumentsClient(exchange, options),

    createSignatureJob: async (job, { signal, priority = 'PERSON', beforeSending } = {}) => {
      const { request, manifest, documents } = job;
      checkDirectJob(job, options.sector);
      return createSignatureJob({
        url: urlOfSender(options.apiUrl, manifest.sender.organizationNumber, flow, 'signature-jobs'),
        // A signer waits for it on the sender's web site.
        priority,
        outgoing: {
          flow: 'DIRECT',
          organizationNumber: manifest.sender.organizationNumber,
          ...(request.reference !== undefined && { reference: request.reference }),
        },
        request: writeDirectSignatureJobRequest(request),
        manifest: writeDirectSignatureJobManifest(manifest),
        documents,
        exchange,
        options,
        read: readDirectSignatureJobResponse,
        signal,
        beforeSending,
      });
    },

    requestRedirectUrl: async (signerUrl, callOptions = {}) => {
      const operation = 'redirectUrl';
      const url = urlFromService(operation, signerUrl);
      const body = () => Promise.resolve(createXmlBody(writeDirectSignerUpdateRequest()));
      const answer = await exchange.send({ operation, method: 'POST', url, body, ...callOptions });
      return readXmlAnswer({
        operation,
        exchange,
        answer,
        timeoutMs,
        signal: callOptions.signal,
        read: readDirectSignerResponse,
      });
    },

    fetchStatus: async (query, callOptions = {}) => {
      const operation = 'fetchStatus';
      const url = statusQueryUrl(query);
      const answer = await exchange.send({ operation, method: 'GET', url, ...callOptions });
      return readXmlAnswer({
        operation,
        exchange,
        answer,
        timeoutMs,
        signal: callOptions.signal,
        read: readDirectSignatureJobStatus,
      });
    },

    fetchStatusChange: async (queue, callOptions) =>
      fetchStatusChange({ flow, queue, exchange, options, read: readDirectSignatureJobStatus, callOptions }),
  };
}

/** Longer than any token. The query of a visited exit URL has no limit, but a request line has. */
const MAX_TOKEN_LENGTH = 2000;

/**
 * The status URL with the token added; a query that is there stays as it is.
 * @throws STATUS_QUERY_TOKEN_INVALID when it can be no token at all; UNREADABLE_RESPONSE when the URL cannot be used
 */
function statusQueryUrl({ statusUrl, statusQueryToken }: StatusQuery): URL {
  const operation = 'fetchStatus';
  const url = urlFromService(operation, statusUrl);
  const length = statusQueryToken.length;
  // A lone surrogate cannot be encoded in a URL.
  if (length === 0 || length > MAX_TOKEN_LENGTH || /\p{Surrogate}/u.test(statusQueryToken)) {
    throw new StatusQueryTokenInvalidError({ operation });
  }
  const query = url.search === '' ? '' : `${url.search}&`;
  url.search = `${query}status_query_token=${encodeURIComponent(statusQueryToken)}`;
  return url;
}
