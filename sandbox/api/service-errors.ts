/**
 * The codes in the sandbox's error bodies, with their HTTP status. Spec: posten-api, errors. Name and status of other
 * errors are chosen by the sandbox.
 */
export const SERVICE_ERRORS = {
  NOT_AUTHORIZED: 403,
  BROKER_NOT_AUTHORIZED: 403,
  INVALID_ORGANIZATION_NUMBER: 400,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  REQUEST_TOO_LARGE: 413,
  INVALID_MULTIPART: 400,
  SCHEMA_VALIDATION_ERROR: 400,
  ASICE_VALIDATION_FAILED: 400,
  INVALID_EXIT_URL: 400,
  SIGNING_CEREMONY_NOT_COMPLETED: 404,
  INVALID_STATUS_QUERY_TOKEN: 403,
  SIGNER_NOT_WAITING: 409,
  JOB_NOT_CANCELLABLE: 409,
  DOCUMENTS_NOT_DELETABLE: 409,
  ARCHIVED_DOCUMENT_NOT_FOUND: 404,
  SIGNER_CANNOT_SIGN: 409,
  INTERNAL_ERROR: 500,
} as const satisfies Readonly<Record<string, number>>;

export type ServiceErrorCode = keyof typeof SERVICE_ERRORS;
