import type { SigningFlow } from '../jobs/job.js';
import type { Operation } from '../operations.js';

/** One HTTP request of an authenticated client, independent of its socket. */
export interface ApiCall {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Resolves to the whole body; undefined if it is longer than the service accepts. */
  readonly body: Promise<Buffer | undefined>;
  /** The organisation of the client's certificate. */
  readonly certificateOrganization: string;
  /** True after the client closed the connection. */
  readonly isAbandoned: () => boolean;
}

/** How faults change the delivery of an answer. */
export interface AnswerDelivery {
  /** Resets the connection without an answer. */
  readonly isReset?: boolean;
  /** Closes the connection after this many bytes of the body. */
  readonly cutAfterBytes?: number;
  /** The value of `Content-Length`. @default the length of the body */
  readonly announcedBytes?: number;
  /** Without `Content-Length`, in chunks. */
  readonly isChunked?: boolean;
  /** Sent after the body, generated while it is sent. */
  readonly appendix?: () => Iterable<Uint8Array>;
  /** Added to `Date`, in milliseconds. */
  readonly dateOffsetMs?: number;
}

/** The answer to a call. */
export interface ApiAnswer {
  readonly status: number;
  /** Names in lower case; `date` and `content-length` are added later. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** For the ledger: the code in an error body. */
  readonly errorCode?: string;
  /** For the ledger: the job of the call. */
  readonly jobId?: string;
  /** For the ledger: the version of the job's state that was delivered or confirmed. */
  readonly changeVersion?: number;
  /** The call changed nothing, so a hold after the effect does not apply. */
  readonly withoutEffect?: boolean;
  /** @default sent unchanged */
  readonly delivery?: AnswerDelivery;
}

/** A call with a known operation and a checked authorization. */
export interface ApiRequest {
  readonly operation: Operation;
  /** The organisation in the path: the sender. */
  readonly organizationNumber: string;
  readonly certificateOrganization: string;
  readonly jobId?: string;
  /** Absent: the operation belongs to no flow. */
  readonly flow?: SigningFlow;
  /** The last part of a XAdES URL, or of a signer's own URL. */
  readonly signerId?: string;
  /** In the archive. */
  readonly documentId?: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
  /** When the body was complete, by the real clock. */
  readonly receivedAt: Date;
}
