// Runs a slow command and shows its progress.
import { Buffer } from 'node:buffer';
import { spawn } from 'node:child_process';
import { CHECKOUT } from './checkout.mjs';

// Shorter steps do not show a line on a terminal.
const FIRST_LINE_AFTER_MS = 300;
const LINE_EVERY_MS = 15_000;

/**
 * Updates a terminal's line, or writes a line every 15 seconds without a terminal. Returns the function that ends it.
 */
function tellProgress(what) {
  const startedAt = Date.now();
  const seconds = () => Math.round((Date.now() - startedAt) / 1000);
  const live = process.stderr.isTTY === true;
  if (!live) process.stderr.write(`${what} …\n`);
  let lastLine = startedAt;
  const timer = setInterval(() => {
    if (live && Date.now() - startedAt >= FIRST_LINE_AFTER_MS) {
      process.stderr.write(`\r\u001B[K${what} … ${seconds()} s`);
    } else if (!live && Date.now() - lastLine >= LINE_EVERY_MS) {
      lastLine = Date.now();
      process.stderr.write(`${what} … ${seconds()} s\n`);
    }
  }, 200);
  return (how) => {
    clearInterval(timer);
    process.stderr.write(`${live ? '\r\u001B[K' : ''}${what}: ${how} after ${seconds()} s\n`);
  };
}

/** Runs a command quietly; shows its output only if it fails. */
export async function runLongStep({ what, command, args, env, next }) {
  const tellEnd = tellProgress(what);
  const output = [];
  const outcome = await new Promise((resolve) => {
    const child = spawn(command, args, { cwd: CHECKOUT, env, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.on('data', (chunk) => output.push(chunk));
    child.stderr.on('data', (chunk) => output.push(chunk));
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) => resolve(code === 0 ? undefined : `exit ${signal ?? code}`));
  });
  if (outcome === undefined) {
    tellEnd('done');
    return;
  }
  tellEnd('failed');
  process.stderr.write(Buffer.concat(output));
  throw new Error(`${what} failed (${outcome}). ${next}`);
}
