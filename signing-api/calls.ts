import type { Readable } from 'node:stream';
import type { PortalStatusChange } from '@signering/schema';

/** One document of a package, in memory: a whole job has at most 10 485 760 bytes of them. */
export interface PackageDocument {
  /** The entry's name, the same as the manifest's `href`. */
  readonly name: string;
  readonly mediaType: string;
  readonly content: Uint8Array;
}

/**
 * In which order calls take their turns, which the service's limit of 10 a second makes scarce.
 * - `PERSON`: a person waits for the answer. Goes first; of four turns it takes at most three while a `NORMAL` call waits.
 * - `NORMAL`: polls, downloads, confirmations, single jobs. Always keeps its share.
 * - `BULK`: creates and cancellations of batches. Goes when neither of these waits. Holds at most half of the share without an answer.
 * - `BACKGROUND`: goes only when no other call but `BULK` waits, and at most one turn in ten. For calls that may be worthless,
 *   such as the check of a token that a stranger may have made up.
 */
export type CallPriority = 'PERSON' | 'NORMAL' | 'BULK' | 'BACKGROUND';

/** How one call is made. */
export interface CallOptions {
  /** Ends the call early. */
  readonly signal?: AbortSignal | undefined;
  /**
   * When the call gets its turn. A call that would wait too long fails with RATE_LIMITED.
   * @default `PERSON` for probe, cancelSignatureJob, requestRedirectUrl, fetchStatus and creating a direct job; else
   *   `NORMAL`
   */
  readonly priority?: CallPriority | undefined;
}

/** How a document is downloaded. */
export interface DownloadOptions extends CallOptions {
  /**
   * The largest document that is accepted, in bytes, from 1. More than that is SIGNED_DOCUMENT_TOO_LARGE: before the
   * content where the service announces the size, else while it is read. @default no limit
   */
  readonly maxBytes?: number | undefined;
}

/** How a job is created. */
export interface CreateOptions extends CallOptions {
  /**
   * Awaited once, when a turn is within reach, before anything is sent. What it throws ends the call; then there is no
   * job. A package that is sent again because it was too old belongs to the same call: the first one made no job.
   */
  readonly beforeSending?: (() => Promise<void>) | undefined;
}

/** Where status changes wait. */
export interface PollingQueue {
  /** The sender's organisation number, nine digits. */
  readonly organizationNumber: string;
  /** Absent or empty: the default queue. */
  readonly pollingQueue?: string | undefined;
}

/** What a queue answered. The wait is the header's time minus the same answer's `Date`, in milliseconds. */
export type QueueAnswer<Change = PortalStatusChange> =
  | { readonly kind: 'STATUS_CHANGE'; readonly change: Change; readonly nextPollInMs: number }
  | { readonly kind: 'EMPTY'; readonly nextPollInMs: number };

/** A document on its way from the service. */
export interface Download {
  /** Fails with INCOMPLETE_DOWNLOAD when the connection ends early. */
  readonly content: Readable;
  /** What the service announced, in bytes. */
  readonly size?: number;
}
