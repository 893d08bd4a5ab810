import {
  acceptSignedDocumentsUpdate,
  answerAmbiguousCreateUpdate,
  cancelUpdate,
  fetchAgainUpdate,
} from './signing.js';
import { confirmForeignChangeUpdate } from './status-queue.js';

const MARK = '@signering/unencrypted';

/** The worker's verdict on an argument that arrived unencrypted. */
export interface UnencryptedVerdict {
  /** Whether the worker's settings accept unencrypted input. */
  readonly accepted: boolean;
  /** Its problems as the input of each workflow type that may be started from outside. */
  readonly problems: Readonly<Record<string, readonly string[]>>;
}

/** An argument that arrived unencrypted, with the worker's verdict. Only the workflow knows the target handler. */
export interface UnencryptedArgument {
  readonly [MARK]: UnencryptedVerdict;
  readonly value: unknown;
}

/**
 * Updates that operators send with Temporal's own CLI, which cannot encrypt. They hold no personal data, so they are
 * accepted unencrypted.
 */
export const OPERATOR_UPDATES: readonly string[] = [
  cancelUpdate,
  answerAmbiguousCreateUpdate,
  fetchAgainUpdate,
  acceptSignedDocumentsUpdate,
  confirmForeignChangeUpdate,
].map(({ name }) => name);

/** Marks an argument with the worker's verdict. */
export function markUnencrypted(value: unknown, verdict: UnencryptedVerdict): UnencryptedArgument {
  return { [MARK]: verdict, value };
}

/** The worker's verdict on an argument that arrived unencrypted; undefined for others. */
export function verdictOf(argument: unknown): UnencryptedVerdict | undefined {
  return isMarked(argument) ? argument[MARK] : undefined;
}

/** The argument without its mark. */
export function withoutMark(argument: unknown): unknown {
  return isMarked(argument) ? argument.value : argument;
}

function isMarked(argument: unknown): argument is UnencryptedArgument {
  return typeof argument === 'object' && argument !== null && MARK in argument;
}
