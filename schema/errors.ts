import type { ErrorCode } from './error-codes.js';

/** What is known of a failure besides its message: never personal data, a key, document bytes or a whole answer. */
export interface SigningErrorFacts {
  /** The API operation that was tried, such as `create`: see ApiOperation in signing-api. */
  readonly operation?: string;
  readonly signatureJobId?: string;
  readonly reference?: string;
  /** Digest of the document in question, lower-case hexadecimal. */
  readonly sha256?: string;
  /** HTTP status of the service's answer. */
  readonly httpStatus?: number;
  /** `error-code` of the service's answer. */
  readonly serviceErrorCode?: string;
  /** `error-type` of the service's answer, such as `CLIENT`. */
  readonly serviceErrorType?: string;
  /** How long to wait before the same is tried again, in milliseconds. */
  readonly retryAfterMs?: number;
  /** The limit that was exceeded, in bytes. */
  readonly limitBytes?: number;
  /** Every mistake found in what was handed in. */
  readonly problems?: readonly Problem[];
}

/** One mistake in what was handed in. */
export interface Problem {
  /** Where it stands, such as `signers[2].emailAddress` or `SIGNERING_KEYS`. */
  readonly path: string;
  /** What is wrong and what is expected; never the value, where that may be personal. */
  readonly message: string;
}

/** The constructor's argument of every {@link SigningError}. */
export interface SigningErrorOptions extends SigningErrorFacts {
  readonly cause?: unknown;
  /** The service's own text. It may name persons, so neither message nor facts may hold it. */
  readonly serviceMessage?: string;
}

/**
 * The base of every error this product raises on purpose. Branch on `code`, not on the text.
 * `retryable` means that repeating the same call is harmless and may help.
 */
export class SigningError extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly facts: SigningErrorFacts;
  /**
   * The service's own explanation, where it gave one. It may name persons: for a caller to read, and for the encrypted
   * details of a failure; never for a log. It is not enumerable, so that no logger prints it by itself.
   */
  declare readonly serviceMessage?: string;

  constructor(code: ErrorCode, message: string, retryable: boolean, options: SigningErrorOptions = {}) {
    const { cause, serviceMessage, ...facts } = options;
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.code = code;
    this.retryable = retryable;
    this.facts = facts;
    if (serviceMessage !== undefined)
      Object.defineProperty(this, 'serviceMessage', { value: serviceMessage });
  }
}

/** What was handed in cannot be used: `facts.problems` names every mistake, not only the first. */
export class InvalidInputError extends SigningError {
  constructor(
    code: 'INVALID_REQUEST' | 'INVALID_SETTINGS' | 'DOCUMENT_NOT_ACCEPTED',
    what: string,
    problems: readonly Problem[],
    options: SigningErrorOptions = {},
  ) {
    const list = problems.map((problem) => `${problem.path}: ${problem.message}`).join('; ');
    super(code, `${what}: ${list}`, false, { ...options, problems });
  }
}
