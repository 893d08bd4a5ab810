/**
 * Every code a {@link SigningError} can carry. A code is never renamed or used for something else;
 * `docs/errors.md` says for each what it means and what to do.
 */
export const ERROR_CODES = [
  // what the caller handed in
  'INVALID_REQUEST',
  'INVALID_SETTINGS',
  'DOCUMENT_NOT_ACCEPTED',
  'REFERENCE_IN_USE',
  'JOB_NOT_FOUND',
  'CERTIFICATE_UNUSABLE',
  'KEY_MISMATCH',
  'TEMPORAL_UNAVAILABLE',
  // the signature API
  'BROKER_NOT_AUTHORIZED',
  'NOT_AUTHORIZED',
  'JOB_NOT_CANCELLABLE',
  'POLLED_TOO_EARLY',
  'RATE_LIMITED',
  'MESSAGE_REFUSED',
  'DOCUMENT_PACKAGE_REFUSED',
  'REQUEST_REFUSED',
  'SERVICE_UNAVAILABLE',
  'CREATE_OUTCOME_UNKNOWN',
  'SERVER_NOT_TRUSTED',
  'CLIENT_CERTIFICATE_REFUSED',
  'UNREADABLE_RESPONSE',
  'INCOMPLETE_DOWNLOAD',
  // messages and packages
  'INVALID_MESSAGE',
  'UNREADABLE_XML',
  'DOCUMENT_PACKAGE_INVALID',
  // storage
  'STORAGE_UNAVAILABLE',
  'DOCUMENT_MISSING',
  'STORED_CONTENT_DAMAGED',
  'LEDGER_CONFLICT',
  'ARCHIVE_CONFLICT',
  'STORAGE_MISMATCH',
  // the signing process
  'SIGNED_DOCUMENT_BROKEN',
  'CREATE_ABANDONED',
  'SIGNING_ABORTED',
  // the signature API, cases of the direct flow and the archive
  'STATUS_QUERY_TOKEN_INVALID',
  'SIGNING_CEREMONY_NOT_COMPLETED',
  'ARCHIVED_DOCUMENT_NOT_FOUND',
  // the signing process, in the direct flow
  'JOB_NOT_CREATED_YET',
  'JOB_ENDED',
  'SIGNER_NOT_FOUND',
  'TOO_MANY_REDIRECT_URLS',
  'TOO_MANY_EXIT_VISITS',
  'NOT_IN_THIS_FLOW',
  // the queue of status changes
  'STATUS_CHANGE_UNDELIVERABLE',
  // the way to the signature API
  'PROXY_REFUSED',
  // the size of what comes back, and the age of what is sent
  'SIGNED_DOCUMENT_TOO_LARGE',
  'DOCUMENT_PACKAGE_OUTDATED',
  // what an operator asks of a job or a queue
  'JOB_NOT_ENDED',
  'NOTHING_TO_DECIDE',
  'QUEUE_NOT_FOUND',
  'CHANGE_NOT_FOREIGN',
  'DOCUMENTS_NOT_DELETABLE',
  'DOCUMENTS_NOT_DELETED_YET',
  // input of systems in other languages
  'UNENCRYPTED_INPUT_REFUSED',
] as const;

/** What a `SigningError` is branched on. */
export type ErrorCode = (typeof ERROR_CODES)[number];
