/** What follows from an error code. */
export interface ErrorCodeRule {
  /** Repeating the same call is harmless and may help. */
  readonly retryable: boolean;
  /**
   * The caller can correct the cause: input, settings, certificate, or a Temporal server that does not run. Commands
   * end with exit code 75 for a retryable error, otherwise with 2 for a correctable one, and with 1 for the rest.
   */
  readonly correctable: boolean;
}

/**
 * Every code that a {@link SigningError} can carry, with its rule. A code is never renamed and never used for something
 * else, and new codes are appended. `docs/errors.md` lists meaning and remedy of each; a test compares both tables.
 */
const RULES = {
  // input, settings and Temporal
  INVALID_REQUEST: { retryable: false, correctable: true },
  INVALID_SETTINGS: { retryable: false, correctable: true },
  DOCUMENT_NOT_ACCEPTED: { retryable: false, correctable: true },
  REFERENCE_IN_USE: { retryable: false, correctable: true },
  JOB_NOT_FOUND: { retryable: false, correctable: true },
  BATCH_NOT_FOUND: { retryable: false, correctable: true },
  JOB_WITHDRAWN: { retryable: false, correctable: true },
  CERTIFICATE_UNUSABLE: { retryable: false, correctable: true },
  KEY_MISMATCH: { retryable: false, correctable: true },
  TEMPORAL_UNAVAILABLE: { retryable: true, correctable: true },
  // the signature API
  BROKER_NOT_AUTHORIZED: { retryable: false, correctable: true },
  NOT_AUTHORIZED: { retryable: false, correctable: true },
  JOB_NOT_CANCELLABLE: { retryable: false, correctable: true },
  POLLED_TOO_EARLY: { retryable: true, correctable: false },
  RATE_LIMITED: { retryable: true, correctable: false },
  MESSAGE_REFUSED: { retryable: false, correctable: false },
  DOCUMENT_PACKAGE_REFUSED: { retryable: false, correctable: true },
  REQUEST_REFUSED: { retryable: false, correctable: false },
  SERVICE_UNAVAILABLE: { retryable: true, correctable: false },
  CREATE_OUTCOME_UNKNOWN: { retryable: false, correctable: false },
  SERVER_NOT_TRUSTED: { retryable: false, correctable: true },
  CLIENT_CERTIFICATE_REFUSED: { retryable: false, correctable: true },
  CERTIFICATE_EXPIRED: { retryable: true, correctable: true },
  UNREADABLE_RESPONSE: { retryable: true, correctable: false },
  INCOMPLETE_DOWNLOAD: { retryable: true, correctable: false },
  // messages and document packages
  INVALID_MESSAGE: { retryable: false, correctable: false },
  UNREADABLE_XML: { retryable: false, correctable: false },
  DOCUMENT_PACKAGE_INVALID: { retryable: false, correctable: false },
  // storage
  STORAGE_UNAVAILABLE: { retryable: true, correctable: false },
  DOCUMENT_MISSING: { retryable: false, correctable: false },
  STORED_CONTENT_DAMAGED: { retryable: false, correctable: false },
  LEDGER_CONFLICT: { retryable: true, correctable: false },
  ARCHIVE_CONFLICT: { retryable: false, correctable: false },
  STORAGE_MISMATCH: { retryable: true, correctable: true },
  // the signing process
  SIGNED_DOCUMENT_BROKEN: { retryable: false, correctable: false },
  CREATE_ABANDONED: { retryable: false, correctable: false },
  SIGNING_ABORTED: { retryable: false, correctable: false },
  // the signature API: direct flow and long-term storage
  STATUS_QUERY_TOKEN_INVALID: { retryable: false, correctable: true },
  SIGNING_CEREMONY_NOT_COMPLETED: { retryable: true, correctable: true },
  LONG_TERM_DOCUMENT_NOT_FOUND: { retryable: false, correctable: false },
  // the signing process: direct flow
  JOB_NOT_CREATED_YET: { retryable: true, correctable: false },
  JOB_ENDED: { retryable: false, correctable: true },
  SIGNER_NOT_FOUND: { retryable: false, correctable: true },
  TOO_MANY_REDIRECT_URLS: { retryable: false, correctable: true },
  TOO_MANY_EXIT_VISITS: { retryable: true, correctable: false },
  NOT_IN_THIS_FLOW: { retryable: false, correctable: true },
  // the queue of status changes
  STATUS_CHANGE_UNDELIVERABLE: { retryable: false, correctable: false },
  // the HTTP proxy
  PROXY_REFUSED: { retryable: false, correctable: true },
  // size of a download, age of a document package
  SIGNED_DOCUMENT_TOO_LARGE: { retryable: false, correctable: false },
  DOCUMENT_PACKAGE_OUTDATED: { retryable: true, correctable: false },
  // operators' commands on a job or a queue
  JOB_NOT_ENDED: { retryable: false, correctable: true },
  NOTHING_TO_DECIDE: { retryable: false, correctable: true },
  QUEUE_NOT_FOUND: { retryable: false, correctable: true },
  CHANGE_NOT_FOREIGN: { retryable: false, correctable: true },
  DOCUMENTS_NOT_DELETABLE: { retryable: false, correctable: true },
  DOCUMENTS_NOT_DELETED_YET: { retryable: true, correctable: false },
  // systems in other languages
  UNENCRYPTED_INPUT_REFUSED: { retryable: false, correctable: false },
  // Temporal and its workers; documents and signers of a job
  TEMPORAL_REFUSED: { retryable: false, correctable: true },
  WORKER_UNAVAILABLE: { retryable: true, correctable: true },
  NO_SUCH_DOCUMENT: { retryable: false, correctable: true },
  SIGNER_NOT_WAITING: { retryable: false, correctable: true },
  // formats
  VERSION_NOT_SUPPORTED: { retryable: false, correctable: true },
  // the caller's own limit
  WORKER_FAULT: { retryable: false, correctable: false },
  CALL_TIMED_OUT: { retryable: true, correctable: false },
  SENDER_NOT_ALLOWED: { retryable: false, correctable: true },
  CLIENT_CLOSED: { retryable: false, correctable: true },
  // webhooks
  WEBHOOK_NOT_DELIVERED: { retryable: true, correctable: false },
  WEBHOOK_ADDRESS_REFUSED: { retryable: true, correctable: true },
  WEBHOOK_DISABLED: { retryable: false, correctable: true },
  // retention and erasure
  JOB_ON_HOLD: { retryable: false, correctable: true },
  DOCUMENTS_EXPIRED: { retryable: false, correctable: false },
  JOB_ERASED: { retryable: false, correctable: true },
  JOB_NOT_ERASED_YET: { retryable: true, correctable: false },
  // emails
  EMAIL_NOT_SENT: { retryable: true, correctable: false },
  EMAIL_REFUSED: { retryable: false, correctable: false },
} as const satisfies Readonly<Record<string, ErrorCodeRule>>;

/** A code that this version knows. */
export type KnownErrorCode = keyof typeof RULES;

/** The code of a {@link SigningError}: branch on it. A worker of a later version may send codes that are not known here. */
export type ErrorCode = KnownErrorCode | (string & Record<never, never>);

/** All error codes that this version knows. */
export const ERROR_CODES = Object.keys(RULES) as readonly KnownErrorCode[];

/** Of a code that is not known here: a person has to look. */
const UNKNOWN: ErrorCodeRule = { retryable: false, correctable: false };

/** Whether this version knows an error code: one of {@link ERROR_CODES}, and not a code of a later version. */
export function isKnownErrorCode(code: string): code is KnownErrorCode {
  return Object.hasOwn(RULES, code);
}

/** Says whether repeating a call helps, and whether its caller can correct the cause. */
export function ruleOfErrorCode(code: ErrorCode): ErrorCodeRule {
  return isKnownErrorCode(code) ? RULES[code] : UNKNOWN;
}
