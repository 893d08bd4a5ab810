import { spawn } from 'node:child_process';
import { fstatSync } from 'node:fs';
import { EXIT_CODES } from '../exit-codes.js';

const [STDOUT, STDERR] = [1, 2];

/** How writing to an output fails that is gone: a pipe whose reader has ended, a terminal that was closed. */
const GONE: readonly (string | undefined)[] = ['EPIPE', 'EIO'];

let closed = (): void => process.exit();

/**
 * Ends the process quietly when the reader of its output has ended, as `head` does, and with a sentence when the
 * output cannot be written, such as to a full disk. Call it once.
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
 * Resolves when the output is closed, in place of what {@link endWithOutput} does: for a command that has to end its
 * servers first. What is written from then on is lost.
 */
export function untilOutputCloses(): Promise<void> {
  return new Promise((resolve) => {
    closed = resolve;
    watchPipe(resolve);
  });
}

/**
 * Node notices a closed pipe only when it writes. GNU `tail -f` ends with SIGPIPE when the pipe that it was given is
 * closed, and never writes to it. Other implementations end at once, or not at all: then the next write tells.
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
