import { spawn, type ChildProcess } from 'node:child_process';
import { SIGNERING_COMMAND } from '@signering/dev-stack/internal/processes/index.js';

/** What a command said and how it ended. */
export interface CommandResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The argument of {@link runSignering}. */
export interface RunSigneringOptions {
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** The folder in which it runs; it decides about `.env` and `.signering`. */
  readonly cwd: string;
  /** What it reads on standard input. @default nothing */
  readonly input?: string;
}

const running = new Set<ChildProcess>();

/** Ends the commands that a failed test no longer waits for. */
export function endCommands(): void {
  for (const child of running) child.kill('SIGKILL');
}

/** Runs the real `signering` command to its end. */
export function runSignering({ args, env, cwd, input }: RunSigneringOptions): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [SIGNERING_COMMAND, ...args], {
      env,
      cwd,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    running.add(child);
    // A command that does not read it may have ended before.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input ?? '');
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('error', reject);
    child.on('close', (exitCode) => {
      running.delete(child);
      resolve({ exitCode, stdout, stderr });
    });
  });
}
