import {
  acceptSignedDocumentsUpdate,
  answerAmbiguousCreateUpdate,
  cancelUpdate,
  fetchAgainUpdate,
} from './signing.js';
import { confirmForeignChangeUpdate } from './status-queue.js';

const MARK = '@signering/unencrypted';

/** What a worker thinks of an argument that came unencrypted. */
export interface UnencryptedVerdict {
  /** The worker's settings take unencrypted input. */
  readonly accepted: boolean;
  /** What is wrong with it as the input of each workflow type that may be started from outside. */
  readonly problems: Readonly<Record<string, readonly string[]>>;
}

/** An argument that came unencrypted, as the worker hands it to the workflow: only there is known what it is for. */
export interface UnencryptedArgument {
  readonly [MARK]: UnencryptedVerdict;
  readonly value: unknown;
}

/**
 * Updates that operators send with Temporal's own command, which cannot encrypt. They hold nothing personal, so they
 * are taken as they come.
 */
export const OPERATOR_UPDATES: readonly string[] = [
  cancelUpdate,
  answerAmbiguousCreateUpdate,
  fetchAgainUpdate,
  acceptSignedDocumentsUpdate,
  confirmForeignChangeUpdate,
].map(({ name }) => name);

/** Marks an argument, with what the worker thinks of it. */
export function markUnencrypted(value: unknown, verdict: UnencryptedVerdict): UnencryptedArgument {
  return { [MARK]: verdict, value };
}

/** What the worker thinks of an argument, if it came unencrypted. */
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
