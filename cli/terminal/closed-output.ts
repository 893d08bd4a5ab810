import { spawn } from 'node:child_process';
import { fstatSync } from 'node:fs';
import { EXIT_CODES } from '../exit-codes.js';

const [STDOUT, STDERR] = [1, 2];

/** Error codes of a closed output: a pipe whose reader has ended, or a closed terminal. */
const GONE: readonly (string | undefined)[] = ['EPIPE', 'EIO'];

let closed = (): void => process.exit();

/**
 * Ends the process silently when the reader of its output has ended, as with `head`, and with a message when the
 * output cannot be written, for example to a full disk. Call it once.
 */
export function endWithOutput(): void {
  for (const output of [process.stdout, process.stderr]) {
    output.on('error', (error: NodeJS.ErrnoException) => {
      if (!GONE.includes(error.code)) {
        process.exitCode = EXIT_CODES.ours;
        if (output === process.stdout) {
          const code = error.code ?? 'unknown reason';
          process.stderr.write(
            `signering: The output cannot be written (${code}): check where it is redirected to.\n`,
          );
        }
      }
      closed();
    });
  }
}

/**
 * Resolves when the output is closed, instead of {@link endWithOutput}: for a command that must stop its servers
 * first. Later output is lost.
 */
export function untilOutputCloses(): Promise<void> {
  return new Promise((resolve) => {
    closed = resolve;
    watchPipe(resolve);
  });
}

/**
 * Node detects a closed pipe only when it writes. GNU `tail -f` ends with SIGPIPE when its output pipe is closed,
 * without writing to it. Other implementations end immediately, or never: then the next write detects it.
 */
function watchPipe(onClose: () => void): void {
  const pipe = [STDOUT, STDERR].find((descriptor) => isPipe(descriptor));
  if (pipe === undefined) return;
  const tail = spawn('tail', ['--pid', String(process.pid), '-f', '/dev/null'], {
    stdio: ['ignore', pipe, 'ignore'],
    detached: true,
  });
  tail.once('error', () => undefined);
  tail.once('exit', (_code, signal) => {
    if (signal === 'SIGPIPE') onClose();
  });
  tail.unref();
  process.once('exit', () => tail.kill());
}

function isPipe(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isFIFO();
  } catch {
    // Closed from the start.
    return false;
  }
}
