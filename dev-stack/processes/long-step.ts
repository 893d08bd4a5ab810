import { spawn } from 'node:child_process';
import type { ProgressSink } from '@signering/cli';

/** The argument of {@link runLongStep}. */
export interface LongStepOptions {
  /** Such as `Building the Temporal server`. */
  readonly what: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Milliseconds after which the command is ended. */
  readonly timeoutMs: number;
  /** @default process.stderr */
  readonly out?: ProgressSink;
}

/** The result of a command; `output` contains both streams, interleaved. */
export interface LongStepResult {
  readonly succeeded: boolean;
  readonly output: string;
}

const LINE_EVERY_MS = 15_000;
const LIVE_LINE_EVERY_MS = 200;

/** Runs a command that may take minutes, and prints what it does and the elapsed time: live, or every 15 seconds. */
export async function runLongStep(options: LongStepOptions): Promise<LongStepResult> {
  const { what, command, args, env, cwd, timeoutMs, out = process.stderr } = options;
  const startedAt = Date.now();
  const show = (state: string): void => {
    const seconds = Math.round((Date.now() - startedAt) / 1000);
    out.write(
      out.isTTY === true ? `\r\u001B[K${what} … ${state}${seconds} s` : `${what} … ${state}${seconds} s\n`,
    );
  };
  show('');
  const timer = setInterval(() => show(''), out.isTTY === true ? LIVE_LINE_EVERY_MS : LINE_EVERY_MS);
  const output: Buffer[] = [];
  const succeeded = await new Promise<boolean>((resolve) => {
    const child = spawn(command, args, {
      env,
      ...(cwd === undefined ? {} : { cwd }),
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
    });
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
    child.on('error', (error) => {
      output.push(Buffer.from(error.message));
      resolve(false);
    });
    child.on('close', (code) => resolve(code === 0));
  });
  clearInterval(timer);
  show(succeeded ? 'done after ' : 'failed after ');
  if (out.isTTY === true) out.write('\n');
  return { succeeded, output: Buffer.concat(output).toString() };
}
