import { createHash } from 'node:crypto';

/**
 * The processor time of this process, in milliseconds: bounds on work are asserted by it, because the time on the wall
 * depends on what else the machine does.
 */
export function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** What {@link slowness} works takes this much processor time on an ordinary machine. */
const ORDINARY_MS = 80;

/** Of three, because the first one is slower. */
const SAMPLES = 3;
/** A bound that is multiplied by more would show nothing. */
const MOST_SLOWNESS = 10;

/** How many times slower than an ordinary machine this one is now, from 1 to 10: bounds on work are multiplied by it. */
export function slowness(): number {
  const fastest = Math.min(...Array.from({ length: SAMPLES }, workMs));
  return Math.min(Math.max(1, fastest / ORDINARY_MS), MOST_SLOWNESS);
}

function workMs(): number {
  const start = processorMs();
  const bytes = Buffer.alloc(1_000_000, 'ab c');
  for (let round = 0; round < 4; round += 1) createHash('sha256').update(bytes).digest();
  bytes.toString('latin1').replaceAll(/b c/gu, (found) => found.toUpperCase());
  return processorMs() - start;
}
