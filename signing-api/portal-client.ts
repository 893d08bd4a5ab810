import type { Readable } from 'node:stream';
import type {
  CancellationUrl,
  ConfirmationUrl,
  DeleteDocumentsUrl,
  PadesUrl,
  PortalSignatureJobManifest,
  PortalSignatureJobRequest,
  PortalSignatureJobResponse,
  PortalStatusChange,
  XadesUrl,
} from '../schema/index.js';

/** One document of a package, in memory: a whole job has at most 10 485 760 bytes of them. */
export interface PackageDocument {
  /** The entry's name, the same as the manifest's `href`. */
  readonly name: string;
  readonly mediaType: string;
  readonly content: Uint8Array;
}

/** A job to create at the service. */
export interface NewPortalJob {
  readonly request: PortalSignatureJobRequest;
  readonly manifest: PortalSignatureJobManifest;
  readonly documents: readonly PackageDocument[];
}

/** Ends a call early. */
export interface CallOptions {
  readonly signal?: AbortSignal;
}

/** What a queue answered. The wait is the header's time minus the same answer's `Date`, in milliseconds. */
export type QueueAnswer =
  | { readonly kind: 'STATUS_CHANGE'; readonly change: PortalStatusChange; readonly nextPollInMs: number }
  | { readonly kind: 'EMPTY'; readonly nextPollInMs: number };

/** A document on its way from the service. */
export interface Download {
  /** Fails with INCOMPLETE_DOWNLOAD when the connection ends early. */
  readonly content: Readable;
  /** What the service announced, in bytes. */
  readonly size?: number;
}

/** The sender's side of the portal flow, usable without Temporal. Each call is one HTTP request; nothing is retried. */
export interface PortalClient {
  /**
   * Signs the document package and creates the job.
   * @throws CREATE_OUTCOME_UNKNOWN when nobody knows whether there is a job now; every other error means there is none
   */
  createSignatureJob(job: NewPortalJob, options?: CallOptions): Promise<PortalSignatureJobResponse>;
  /** @throws POLLED_TOO_EARLY, RATE_LIMITED (both retryable, with `retryAfterMs`) */
  fetchStatusChange(
    queue: { readonly organizationNumber: string; readonly pollingQueue?: string },
    options?: CallOptions,
  ): Promise<QueueAnswer>;
  confirmStatusChange(url: ConfirmationUrl, options?: CallOptions): Promise<void>;
  /** @throws JOB_NOT_CANCELLABLE when the job has ended; its status change is in the queue */
  cancelSignatureJob(url: CancellationUrl, options?: CallOptions): Promise<void>;
  deleteDocuments(url: DeleteDocumentsUrl, options?: CallOptions): Promise<void>;
  downloadPades(url: PadesUrl, options?: CallOptions): Promise<Download>;
  downloadXades(url: XadesUrl, options?: CallOptions): Promise<Download>;
}
