import { ruleOfErrorCode, SigningError, type ErrorCode } from '@signering/schema';

/**
 * The exit code of a command. 2: invalid input or settings, which the caller can correct. 1: a bug, or a temporary
 * failure. 3: a signed document is BROKEN.
 */
export const EXIT_CODES = { done: 0, ours: 1, callers: 2, brokenEvidence: 3 } as const;

/** The exit code for an error with this code. */
export function exitCodeFor(code: ErrorCode): number {
  return ruleOfErrorCode(code).correctable ? EXIT_CODES.callers : EXIT_CODES.ours;
}

/** The exit code for what a command threw. */
export function exitCodeOf(error: unknown): number {
  return error instanceof SigningError ? exitCodeFor(error.code) : EXIT_CODES.ours;
}
