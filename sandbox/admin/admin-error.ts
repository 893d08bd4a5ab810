/** The codes of errors of the admin interface, each with its HTTP status. */
export const ADMIN_ERRORS = {
  INVALID_REQUEST: 400,
  FOREIGN_ORIGIN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  SIGNER_CANNOT_ACT: 409,
  REQUEST_TOO_LARGE: 413,
  INTERNAL_ERROR: 500,
} as const;

/** A code of {@link ADMIN_ERRORS}. */
export type AdminErrorCode = keyof typeof ADMIN_ERRORS;

/** The body of every response with an error. */
export interface AdminErrorBody {
  readonly error: { readonly code: AdminErrorCode; readonly message: string };
}

/** The request cannot be carried out; the message has the reason. */
export class AdminRefusal extends Error {
  readonly code: AdminErrorCode;

  constructor(code: AdminErrorCode, reason: string) {
    super(reason);
    this.name = 'AdminRefusal';
    this.code = code;
  }

  /** HTTP status, also of a page that shows the reason. */
  get status(): number {
    return ADMIN_ERRORS[this.code];
  }

  get body(): AdminErrorBody {
    return { error: { code: this.code, message: this.message } };
  }
}
