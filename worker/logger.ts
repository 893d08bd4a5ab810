import type { Logger, LogLevel } from '@temporalio/worker';
import { pino } from 'pino';
import { isNationalIdentityNumber, maskNationalIdentityNumber } from '../schema/index.js';

const PINO_LEVELS: Readonly<Record<LogLevel, pino.Level>> = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
};

const ELEVEN_DIGITS = /(?<![0-9])[0-9]{11}(?![0-9])/gu;

/**
 * The last line of defence: no message of ours holds a national identity number, but a library's might one day.
 * A job id that happens to look like one is masked as well.
 */
export function maskLogLine(line: string): string {
  return line.replaceAll(ELEVEN_DIGITS, (digits) =>
    isNationalIdentityNumber(digits) ? maskNationalIdentityNumber(digits) : digits,
  );
}

/** Logs one JSON object a line to standard error, for Temporal's SDK and for us. */
export function createLogger(level: pino.Level): Logger {
  const log = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: pino.stdSerializers.err },
      hooks: { streamWrite: maskLogLine },
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
