import type { Readable } from 'node:stream';
import type { PortalStatusChange } from '../schema/index.js';

/** One document of a package, in memory: a whole job has at most 10 485 760 bytes of them. */
export interface PackageDocument {
  /** The entry's name, the same as the manifest's `href`. */
  readonly name: string;
  readonly mediaType: string;
  readonly content: Uint8Array;
}

/** Ends a call early. */
export interface CallOptions {
  readonly signal?: AbortSignal;
}

/** How a job is created. */
export interface CreateOptions extends CallOptions {
  /** Awaited when a turn is within reach, before anything is sent. What it throws ends the call; then there is no job. */
  readonly beforeSending?: () => Promise<void>;
}

/** Where status changes wait. */
export interface PollingQueue {
  /** The sender's organisation number, nine digits. */
  readonly organizationNumber: string;
  /** Absent or empty: the default queue. */
  readonly pollingQueue?: string;
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
