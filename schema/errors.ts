import { ruleOfErrorCode, type ErrorCode, type KnownErrorCode } from './error-codes.js';
import type { ProblemReason } from './problem-reason.js';

/** Facts about a failure besides its message: never personal data, a key, document bytes or a whole response. */
export interface SigningErrorFacts {
  /** The attempted API operation, such as `create`: see ApiOperation in signing-api. */
  readonly operation?: string;
  readonly signatureJobId?: string;
  readonly reference?: string;
  /** Digest of the affected document, lower-case hexadecimal. */
  readonly sha256?: string;
  /** HTTP status of the service's response. */
  readonly httpStatus?: number;
  /** `error-code` of the service's response. */
  readonly serviceErrorCode?: string;
  /** `error-type` of the service's response, such as `CLIENT`. */
  readonly serviceErrorType?: string;
  /** How long to wait before a retry, in milliseconds. */
  readonly retryAfterMs?: number;
  /** The parts of a request that differ from an earlier one, such as `signers[1].emailAddress`. */
  readonly differences?: readonly string[];
  /** The limit that was exceeded, in bytes. */
  readonly limitBytes?: number;
  /** Every mistake in the input. */
  readonly problems?: readonly Problem[];
}

/** One mistake in the input. */
export interface Problem {
  /** Its path, such as `signers[2].emailAddress` or `SIGNERING_KEYS`. */
  readonly path: string;
  /** What is wrong and what is expected; never a value that may be personal. */
  readonly message: string;
  /** Absent: the path says enough, or the reason has no word. */
  readonly reason?: ProblemReason;
}

/** The constructor's argument of every {@link SigningError}. */
export interface SigningErrorOptions extends SigningErrorFacts {
  readonly cause?: unknown;
  /** The service's own text. It may contain names, so message and facts must not include it. */
  readonly serviceMessage?: string | undefined;
}

/** A code of a later version, with what the failure that carried it says of a retry. */
export interface LaterErrorCode {
  readonly code: string;
  readonly retryable: boolean;
}

/** Names of an error's classes, the base last. The symbol is the same in every copy of this package. */
const CLASS_NAMES = Symbol.for('@signering/schema:error-class-names');

/**
 * The base of every error that this product raises on purpose. Branch on `code`, not on the text.
 *
 * `instanceof` also holds when an error comes from another copy of the package: npm may install two. It then compares
 * class names, so a bundler must keep them if there are two copies.
 */
export class SigningError extends Error {
  readonly code: ErrorCode;
  /** Repeating the same call is harmless and may help. */
  readonly retryable: boolean;
  readonly facts: SigningErrorFacts;
  /**
   * The service's own explanation, if it gave one. It may name persons: never log it. It is not enumerable, so loggers do
   * not print it on their own.
   */
  declare readonly serviceMessage?: string;

  constructor(code: KnownErrorCode | LaterErrorCode, message: string, options: SigningErrorOptions = {}) {
    const { cause, serviceMessage, ...facts } = options;
    const rule = typeof code === 'string' ? { code, ...ruleOfErrorCode(code) } : code;
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.code = rule.code;
    this.retryable = rule.retryable;
    this.facts = facts;
    if (serviceMessage !== undefined)
      Object.defineProperty(this, 'serviceMessage', { value: serviceMessage });
  }

  /** For `JSON.stringify`, which leaves out the message of an error otherwise. Without the service's own explanation. */
  toJSON(): Pick<SigningError, 'name' | 'code' | 'message' | 'retryable' | 'facts'> {
    const { name, code, message, retryable, facts } = this;
    return { name, code, message, retryable, facts };
  }

  static {
    // No declared member: the types of two copies stay compatible.
    Object.defineProperty(this.prototype, CLASS_NAMES, {
      get(this: object) {
        return classNamesOf(this);
      },
    });
  }

  /** @hidden */
  static override [Symbol.hasInstance](value: unknown): boolean {
    if (typeof value !== 'object' || value === null || !(CLASS_NAMES in value)) return false;
    // In one copy the prototypes decide: a bundler may have given several classes the same short name.
    if (Object.prototype.isPrototypeOf.call(SigningError.prototype, value)) {
      return Object.prototype.isPrototypeOf.call(this.prototype, value);
    }
    return this === SigningError || (value[CLASS_NAMES] as readonly string[]).includes(this.name);
  }
}

function classNamesOf(error: object): readonly string[] {
  const prototype: unknown = Object.getPrototypeOf(error);
  return prototype instanceof Error ? [prototype.constructor.name, ...classNamesOf(prototype)] : [];
}

/** Input that cannot be used: `problems` lists every mistake, not only the first. */
export class InvalidInputError extends SigningError {
  declare readonly code: 'INVALID_REQUEST' | 'INVALID_SETTINGS' | 'DOCUMENT_NOT_ACCEPTED';

  constructor(
    code: InvalidInputError['code'],
    what: string,
    problems: readonly Problem[],
    options: SigningErrorOptions = {},
  ) {
    const list = problems.map((problem) => `${problem.path}: ${problem.message}`).join('; ');
    super(code, `${what}: ${list}`, { ...options, problems });
  }

  /** Every mistake, as in `facts`. */
  get problems(): readonly Problem[] {
    return this.facts.problems ?? [];
  }
}

/** The code of a system or library error, such as `ENOENT`; undefined if it has none. */
export function errorCodeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/**
 * Says why a file cannot be read, as the rest of a sentence whose subject is the file.
 * @param kind names the expected file, such as `the JSON file`
 */
export function whyUnreadable(error: unknown, kind = 'a file'): string {
  const code = errorCodeOf(error) ?? 'unknown reason';
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'there is no such file: check the path';
  if (code === 'EISDIR') return `is a folder: name ${kind} in it`;
  return `cannot be read (${code}): check the path and its access rights`;
}

/** Ends a text with exactly one period. */
export function sentence(text: string): string {
  return /[.!?]$/u.test(text) ? text : `${text}.`;
}
