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
 * An error as the log shows it: type, code, messages and stacks of it and its causes. Other members are left out, because
 * the details of a failure may contain the service's text.
 */
function describeError(error: unknown): unknown {
  if (typeof error !== 'object' || error === null || !('stack' in error)) return error;
  const { type, message, stack } = pino.stdSerializers.err(error as Error);
  return { type, code: codeOf(error), message, stack };
}

/** The code of a SigningError or a system error, or the type of an ApplicationFailure. */
function codeOf(error: object): unknown {
  if ('code' in error) return error.code;
  return 'type' in error ? error.type : undefined;
}

/**
 * The members of a log line: the workflow's run under one name, and the reference, which is part of the workflow's id.
 * The task token is of no use to a reader.
 */
function describeWork({ taskToken: _, workflowRunId, ...meta }: LogMembers): LogMembers {
  const [, reference] = REFERENCE_IN_ID.exec(String(meta['workflowId'])) ?? [];
  return {
    ...(workflowRunId !== undefined && { runId: workflowRunId }),
    ...(reference !== undefined && { reference }),
    ...meta,
  };
}

type LogMembers = Readonly<Record<string, unknown>>;

/** Spec: contract, workflow-ids.ts */
const REFERENCE_IN_ID = /^(?:signing|document-deletion|job-erasure)\/\d{9}\/(.+)$/su;

/** A logger for Temporal's SDK and our code that writes one JSON object per line to standard error. */
export function createLogger(level: pino.Level): Logger {
  const log = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: describeError },
      // Our messages hold no identity number; a library's might.
      hooks: { streamWrite: (line) => maskIdentityNumbers(line) },
    },
    pino.destination({ dest: 2, sync: true }),
  );
  const write = (temporalLevel: LogLevel, message: string, meta?: object): void => {
    log[PINO_LEVELS[temporalLevel]](describeWork({ ...meta }), message);
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
