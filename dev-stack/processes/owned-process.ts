import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { errorCodeOf } from '@signering/schema';
import { processIdentity } from './process-identity.js';
import { waitUntil } from './wait-until.js';

/** The argument of {@link startOwnedProcess}. */
export interface OwnedProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** The output of the process is appended to this file, because a pipe would break when this process is killed. */
  readonly logFile: string;
  /** File for its standard output, emptied at the start. @default standard output is logged */
  readonly outputFile?: string;
  /** File that records the process as ours, so that a later start finds it after kill -9. */
  readonly recordFile: string;
}

/** A process that this one started and may stop. */
export interface OwnedProcess {
  readonly pid: number;
  /** Resolves with the reason when the process has ended. */
  readonly ended: Promise<string>;
  /** Sends SIGTERM, and SIGKILL after `graceMs`. */
  stop(graceMs: number): Promise<void>;
  kill9(): Promise<void>;
}

const ProcessRecord = z.object({ pid: z.number().int().positive(), identity: z.string() });

/** Starts a process that ignores this terminal's Ctrl-C, so that its owner can stop it gracefully. */
export function startOwnedProcess(options: OwnedProcessOptions): OwnedProcess {
  const { command, args, env, logFile, outputFile, recordFile } = options;
  mkdirSync(dirname(logFile), { recursive: true, mode: 0o700 });
  mkdirSync(dirname(recordFile), { recursive: true, mode: 0o700 });
  const log = openSync(logFile, 'a', 0o600);
  const output = outputFile === undefined ? log : openSync(outputFile, 'w', 0o600);
  const child = spawnPrivately(() =>
    spawn(command, args, { env, stdio: ['ignore', output, log], detached: true }),
  );
  closeSync(log);
  if (output !== log) closeSync(output);
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => {
      // A process that was started since has its record in this file.
      if (readRecord(recordFile)?.pid === child.pid) rmSync(recordFile, { force: true });
      resolve(signal === null ? `exit code ${code ?? 0}` : `signal ${signal}`);
    });
  });
  const { pid } = child;
  if (pid === undefined)
    return { pid: 0, ended, stop: () => Promise.resolve(), kill9: () => Promise.resolve() };
  const identity = processIdentity(pid);
  if (identity !== undefined) writeFileSync(recordFile, JSON.stringify({ pid, identity }), { mode: 0o600 });
  return {
    pid,
    ended,
    stop: async (graceMs) => {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await ended;
      clearTimeout(timer);
    },
    kill9: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/**
 * Starts a process whose files only this user can read, from their first byte: Temporal's database holds search
 * attributes, and it creates its files itself. The process inherits the mask when it starts.
 */
function spawnPrivately<T>(start: () => T): T {
  const mask = process.umask(0o077);
  try {
    return start();
  } finally {
    process.umask(mask);
  }
}

/**
 * Ends the process of this record, if it still runs after its parent was killed. A different process that
 * has the same number is left alone. Returns whether there was one.
 */
export async function endLeftover(recordFile: string, graceMs = 5000): Promise<boolean> {
  const record = readRecord(recordFile);
  if (record === undefined || !isRecordAlive(recordFile)) {
    rmSync(recordFile, { force: true });
    return false;
  }
  const hasEnded = (): boolean => processIdentity(record.pid) !== record.identity;
  sendSignal(record.pid, 'SIGTERM');
  if (!(await waitUntil(hasEnded, { withinMs: graceMs }))) {
    sendSignal(record.pid, 'SIGKILL');
    await waitUntil(hasEnded, { withinMs: graceMs });
  }
  rmSync(recordFile, { force: true });
  return true;
}

/** Does nothing to a process that has just ended. */
function sendSignal(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (errorCodeOf(error) !== 'ESRCH') throw error;
  }
}

/** True while the process of this record runs. */
export function isRecordAlive(recordFile: string): boolean {
  const record = readRecord(recordFile);
  return record !== undefined && processIdentity(record.pid) === record.identity;
}

function readRecord(recordFile: string): z.infer<typeof ProcessRecord> | undefined {
  try {
    return ProcessRecord.parse(JSON.parse(readFileSync(recordFile, 'utf8')));
  } catch {
    // Absent, or incomplete after kill -9 during the write.
    return undefined;
  }
}
