import { CommanderError } from 'commander';
import { maskElevenDigits, maskIdentityNumbers, SigningError } from '@signering/schema';
import { EXIT_CODES, exitCodeOf } from './exit-codes.js';
import { visible } from './terminal/print.js';

/** The argument of {@link reportFailure}. */
export interface FailureReportOptions {
  /** `DEBUG` adds the stack. */
  readonly env: NodeJS.ProcessEnv;
  /** The words of the command line; `--json` prints the failure for programs too. */
  readonly args: readonly string[];
  readonly writeError: (text: string) => void;
  readonly writeOutput: (text: string) => void;
}

/** A failure as `--json` prints it, as the only member `error` of an object in one line. */
interface FailureForPrograms {
  /** INTERNAL_ERROR for a bug; otherwise see docs/errors.md. */
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
  readonly facts: object;
}

/** Prints why a command failed, in one sentence and with `--json` also as JSON, and returns its exit code. */
export function reportFailure(error: unknown, options: FailureReportOptions): number {
  const { env, args, writeError, writeOutput } = options;
  if (error instanceof CommanderError && error.exitCode === 0) return EXIT_CODES.done;
  const failure = describe(error, env);
  // Commander has already printed its own.
  if (!(error instanceof CommanderError)) {
    const code = error instanceof SigningError ? ` [${failure.code}]` : '';
    writeError(maskElevenDigits(`signering: ${oneLine(failure.message)}${code}\n`));
    if (isDebugging(env) && error instanceof Error) {
      const stack = (error.stack ?? '').split('\n').map(visible).join('\n');
      writeError(maskElevenDigits(`${stack}\n`));
    }
  }
  if (asksForJson(args)) writeOutput(`${visible(JSON.stringify({ error: failure }, maskedText))}\n`);
  return error instanceof CommanderError ? EXIT_CODES.callers : exitCodeOf(error);
}

function describe(error: unknown, env: NodeJS.ProcessEnv): FailureForPrograms {
  if (error instanceof SigningError) {
    const { code, message, retryable, facts } = error;
    return { code, message: maskElevenDigits(message), retryable, facts };
  }
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof CommanderError) {
    const [firstLine = ''] = message.replace(/^error: /u, '').split('\n');
    return { code: 'INVALID_REQUEST', message: maskElevenDigits(firstLine), retryable: false, facts: {} };
  }
  const next = isDebugging(env) ? '' : ' This is a bug: set DEBUG=1 to see where, and report it.';
  return {
    code: 'INTERNAL_ERROR',
    message: maskElevenDigits(`${message}${next}`),
    retryable: false,
    facts: {},
  };
}

/** Options may be invalid, so that they cannot be parsed. */
function asksForJson(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return args.slice(0, end < 0 ? undefined : end).includes('--json');
}

function maskedText(_name: string, value: unknown): unknown {
  return typeof value === 'string' ? maskIdentityNumbers(value) : value;
}

function isDebugging(env: NodeJS.ProcessEnv): boolean {
  return env['DEBUG'] !== undefined && env['DEBUG'] !== '';
}

/** A file name may contain control characters. */
function oneLine(message: string): string {
  return visible(message.replaceAll(/\s*\n\s*/gu, ' '));
}
