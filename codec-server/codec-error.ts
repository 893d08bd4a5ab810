/** The codes of the codec server's errors, each with its HTTP status. */
const CODEC_ERRORS = {
  INVALID_REQUEST: 400,
  UNAUTHENTICATED: 401,
  ROLE_MISSING: 403,
  FOREIGN_ORIGIN: 403,
  NOT_FOUND: 404,
  REQUEST_TOO_LARGE: 413,
  INTERNAL_ERROR: 500,
  ISSUER_UNAVAILABLE: 503,
  AUDIT_UNAVAILABLE: 503,
} as const;

/** A code of an error response. */
type CodecErrorCode = keyof typeof CODEC_ERRORS;

/** The request is refused; the message has the reason and no personal data. */
export class CodecRefusal extends Error {
  readonly code: CodecErrorCode;

  constructor(code: CodecErrorCode, reason: string, cause?: unknown) {
    super(reason, { cause });
    this.name = 'CodecRefusal';
    this.code = code;
  }

  /** HTTP status. */
  get status(): number {
    return CODEC_ERRORS[this.code];
  }

  /** The body of the response. */
  get body(): { readonly error: { readonly code: CodecErrorCode; readonly message: string } } {
    return { error: { code: this.code, message: this.message } };
  }
}
