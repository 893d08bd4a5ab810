import { parseArgs, type ParseArgsConfig } from 'node:util';
import { removeRunFolder } from '../test/fixtures/run-folder.js';

type Options = NonNullable<ParseArgsConfig['options']>;

/** The options of a script. Ends the process with code 2 and one message where they are invalid. */
export function readScriptOptions<T extends Options>(
  options: T,
): ReturnType<typeof parseArgs<{ options: T }>>['values'] {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    return refuseOptions(error instanceof Error ? error.message : String(error));
  }
}

export function wholeNumber(option: string, text: string): number {
  if (/^[0-9]{1,15}$/u.test(text)) return Number(text);
  return refuseOptions(`--${option} must be a non-negative integer, not ${text}`);
}

/** Ends the process: with these options it would do nothing, or something else. */
export function refuseOptions(message: string): never {
  console.error(message);
  process.exit(2);
}

/** When the script is interrupted: says this, ends the processes that it started, and exits with the code of the signal. */
export function endWhenInterrupted(message: string): void {
  for (const [signal, exitCode] of [['SIGINT', 130] as const, ['SIGTERM', 143] as const]) {
    process.once(signal, () => {
      console.error(`Interrupted: ${message}`);
      // The script itself fails now, because its processes end.
      process.on('uncaughtException', () => undefined);
      process.on('unhandledRejection', () => undefined);
      void removeRunFolder().finally(() => process.exit(exitCode));
    });
  }
}
