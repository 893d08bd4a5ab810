import type { SigningFlow } from '../jobs/job.js';
import type { Operation } from '../operations.js';

/** One HTTP request of an authenticated client, apart from any socket. */
export interface ApiCall {
  readonly method: string;
  /** Path and query as they came. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Resolves when it is there as a whole; nothing when it is longer than the service takes. */
  readonly body: Promise<Buffer | undefined>;
  /** The organisation that the client's certificate was issued to. */
  readonly certificateOrganization: string;
  /** True when nobody waits for the answer any more. */
  readonly isAbandoned: () => boolean;
}

/** How an answer leaves when it is not simply sent: faults want that. */
export interface AnswerDelivery {
  /** The connection is reset, and nothing is sent. */
  readonly isReset?: boolean;
  /** The connection is lost after so many bytes of the body. */
  readonly cutAfterBytes?: number;
  /** What `Content-Length` says. @default the truth */
  readonly announcedBytes?: number;
  /** Without `Content-Length`, in chunks. */
  readonly isChunked?: boolean;
  /** Follows the body, made while it is sent. */
  readonly appendix?: () => Iterable<Uint8Array>;
  /** Added to `Date`, in milliseconds. */
  readonly dateOffsetMs?: number;
}

/** What is sent back. */
export interface ApiAnswer {
  readonly status: number;
  /** Names in lower case; `date` and `content-length` are added later. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** For the ledger: the code in an error body. */
  readonly errorCode?: string;
  /** For the ledger: the job that the call turned out to be about. */
  readonly jobId?: string;
  /** For the ledger: the version of the job's state that was handed out or confirmed. */
  readonly changeVersion?: number;
  /** Nothing was there to be done, so there is no effect after which the call could be held. */
  readonly withoutEffect?: boolean;
  /** @default it is sent as it is */
  readonly delivery?: AnswerDelivery;
}

/** A call whose place in the API and whose right to be there are clear. */
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
