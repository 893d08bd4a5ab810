import { CommanderError } from 'commander';
import { SigningError } from '@signering/schema';
import { EXIT_CODES, exitCodeOf } from './exit-codes.js';
import { maskElevenDigits } from '@signering/schema';

/** The argument of {@link reportFailure}. */
export interface FailureReportOptions {
  /** `DEBUG` adds the stack. */
  readonly env: NodeJS.ProcessEnv;
  readonly write: (text: string) => void;
}

/** Prints why a command failed, in one sentence, and returns its exit code. */
export function reportFailure(error: unknown, { env, write }: FailureReportOptions): number {
  // Commander has already printed it, with exit code 1 for a mistake.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_CODES.done : EXIT_CODES.callers;
  const debug = env['DEBUG'] !== undefined && env['DEBUG'] !== '';
  if (error instanceof SigningError) {
    write(maskElevenDigits(`signering: ${oneLine(error.message)} [${error.code}]\n`));
  } else {
    const message = error instanceof Error ? error.message : String(error);
    const next = debug ? '' : ' This is a bug: set DEBUG=1 to see where, and report it.';
    write(maskElevenDigits(`signering: ${oneLine(message)}${next}\n`));
  }
  if (debug && error instanceof Error) write(maskElevenDigits(`${error.stack ?? ''}\n`));
  return exitCodeOf(error);
}

/**
 * Escapes control and bidirectional characters, which a file name may contain, as `\\u001b`, because a terminal would
 * execute them.
 */
function oneLine(message: string): string {
  return message
    .replaceAll(/\s*\n\s*/gu, ' ')
    .replaceAll(
      /[\p{Control}\p{Bidi_Control}]/gu,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
}
