import type { Logger, LogLevel } from '@temporalio/worker';
import { pino } from 'pino';
import { maskIdentityNumbers } from '@signering/schema';

const PINO_LEVELS: Readonly<Record<LogLevel, pino.Level>> = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
};

/**
 * An error as the log shows it: type, code, messages and stacks of it and its causes. Left out are its other members,
 * such as the details of a failure, which may hold the service's own text.
 */
function describeError(error: unknown): unknown {
  if (typeof error !== 'object' || error === null || !('stack' in error)) return error;
  const { type, message, stack } = pino.stdSerializers.err(error as Error);
  return { type, code: codeOf(error), message, stack };
}

/** The code of a SigningError or of a system error, or the one that an ApplicationFailure has as its type. */
function codeOf(error: object): unknown {
  if ('code' in error) return error.code;
  return 'type' in error ? error.type : undefined;
}

/** Logs one JSON object a line to standard error, for Temporal's SDK and for us. */
export function createLogger(level: pino.Level): Logger {
  const log = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: describeError },
      // The last line of defence: no message of ours holds an identity number, but a library's might one day.
      hooks: { streamWrite: (line) => maskIdentityNumbers(line) },
    },
    pino.destination({ dest: 2, sync: true }),
  );
  const write = (temporalLevel: LogLevel, message: string, meta?: object): void => {
    log[PINO_LEVELS[temporalLevel]](meta ?? {}, message);
  };
  return {
    log: write,
    trace: (message, meta) => write('TRACE', message, meta),
    debug: (message, meta) => write('DEBUG', message, meta),
    info: (message, meta) => write('INFO', message, meta),
    warn: (message, meta) => write('WARN', message, meta),
    error: (message, meta) => write('ERROR', message, meta),
  };
}
