import { join } from 'node:path';
import { z } from 'zod';
import { readJsonFile } from './read-json-file.js';
import { writeDurably } from './durable-file.js';
import { Turns } from './turns.js';

const CLOCK_FILE = z.object({ version: z.literal(1), offsetMs: z.number().int().nonnegative() });

/** The time as the sandbox sees it. */
export interface SandboxClock {
  now(): Date;
  /** How far this clock is ahead of the real one, in milliseconds. */
  readonly offsetMs: number;
  /** Moves the clock forward; when this resolves, a restart finds it moved. */
  advance(milliseconds: number): Promise<void>;
}

/**
 * The clock kept in a state folder: the real one plus what it was advanced by. It governs polling, re-delivery,
 * deadlines and `Date`; TLS and the signing time of packages go by the real one. It never goes back, because time
 * limits that have passed cannot be undone.
 */
export async function openClock(stateFolder: string): Promise<SandboxClock> {
  const file = join(stateFolder, 'clock.json');
  const turns = new Turns();
  let offsetMs = (await readJsonFile(file, CLOCK_FILE))?.offsetMs ?? 0;
  return {
    now: () => new Date(Date.now() + offsetMs),
    get offsetMs() {
      return offsetMs;
    },
    // One move after the other: two at the same time add up.
    advance: async (milliseconds) =>
      await turns.take(file, async () => {
        const next = offsetMs + Math.round(milliseconds);
        await writeDurably(file, JSON.stringify({ version: 1, offsetMs: next }));
        offsetMs = next;
      }),
  };
}
