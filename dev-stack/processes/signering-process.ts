import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startOwnedProcess, type OwnedProcess } from './owned-process.js';

/** The compiled `signering` command. */
export const SIGNERING_COMMAND = fileURLToPath(import.meta.resolve('@signering/cli/bin'));

/** The argument of {@link startSigneringProcess}. */
export interface SigneringProcessOptions {
  /** Names the files in the folder: `{name}.log`, `{name}.out`, `{name}.process.json`. */
  readonly name: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly folder: string;
}

/** A `signering` command running as a separate process. */
export interface SigneringProcess extends OwnedProcess {
  /** Its standard output since its start. */
  printed(): string;
  /** The log of it and its predecessors of the same name. */
  logged(): string;
}

/** Path of the record of the process with this name. */
export function recordFileOf(folder: string, name: string): string {
  return join(folder, `${name}.process.json`);
}

/** Starts a `signering` command as a separate process, which survives kill -9 of this one and can be found again. */
export function startSigneringProcess(options: SigneringProcessOptions): SigneringProcess {
  const { name, args, env, folder } = options;
  const logFile = join(folder, `${name}.log`);
  const outputFile = join(folder, `${name}.out`);
  const started = startOwnedProcess({
    command: process.execPath,
    args: [SIGNERING_COMMAND, ...args],
    env,
    logFile,
    outputFile,
    recordFile: recordFileOf(folder, name),
  });
  return {
    ...started,
    printed: () => readFileSync(outputFile, 'utf8'),
    logged: () => readFileSync(logFile, 'utf8'),
  };
}
