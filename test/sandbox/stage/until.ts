import { setTimeout as pause } from 'node:timers/promises';

const DEADLINE_MS = 180_000;

/** Asks again until a condition holds; fails with what was waited for. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`Waited in vain until ${what}.`);
    await pause(10);
  }
}
