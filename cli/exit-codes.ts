import type { ErrorCode } from '@signering/schema';

/**
 * The exit code of a command. 2: invalid input or settings, which the caller can correct. 1: a fault of this product or
 * a passing one. 3: a signed document is BROKEN.
 */
export const EXIT_CODES = { done: 0, ours: 1, callers: 2, brokenEvidence: 3 } as const;

/** Failures that the user of the command can correct: input, settings, Temporal. */
const CALLERS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'INVALID_REQUEST',
  'INVALID_SETTINGS',
  'DOCUMENT_NOT_ACCEPTED',
  'REFERENCE_IN_USE',
  'JOB_NOT_FOUND',
  'CERTIFICATE_UNUSABLE',
  'KEY_MISMATCH',
  'STORAGE_MISMATCH',
  'TEMPORAL_UNAVAILABLE',
  'BROKER_NOT_AUTHORIZED',
  'NOT_AUTHORIZED',
  'JOB_NOT_CANCELLABLE',
  'SERVER_NOT_TRUSTED',
  'PROXY_REFUSED',
  'CLIENT_CERTIFICATE_REFUSED',
  'DOCUMENT_PACKAGE_REFUSED',
  'STATUS_QUERY_TOKEN_INVALID',
  'SIGNING_CEREMONY_NOT_COMPLETED',
  'JOB_ENDED',
  'SIGNER_NOT_FOUND',
  'TOO_MANY_REDIRECT_URLS',
  'NOT_IN_THIS_FLOW',
  'JOB_NOT_ENDED',
  'NOTHING_TO_DECIDE',
  'QUEUE_NOT_FOUND',
  'CHANGE_NOT_FOREIGN',
  'DOCUMENTS_NOT_DELETABLE',
]);

/** The exit code for a failure of ours that has a code. */
export function exitCodeFor(code: ErrorCode): number {
  return CALLERS.has(code) ? EXIT_CODES.callers : EXIT_CODES.ours;
}
