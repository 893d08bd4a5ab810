import { join } from 'node:path';
import { z } from 'zod';
import { readJsonFile } from './read-json-file.js';
import { writeDurably } from './durable-file.js';
import { Turns } from './turns.js';

const CLOCK_FILE = z.object({ version: z.literal(1), offsetMs: z.number().int().nonnegative() });

/** The sandbox's clock. */
export interface SandboxClock {
  now(): Date;
  /** How far this clock is ahead of the real one, in milliseconds. */
  readonly offsetMs: number;
  /** Moves the clock forward. Durable when this resolves. */
  advance(milliseconds: number): Promise<void>;
}

/**
 * The clock of a state folder: the real time plus the advances. It governs polling, re-delivery, deadlines and `Date`;
 * TLS and the signing time of packages use the real time. It never goes back, because expired time limits cannot be
 * undone.
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
    // Sequential, so that concurrent moves add up.
    advance: async (milliseconds) =>
      await turns.take(file, async () => {
        const next = offsetMs + Math.round(milliseconds);
        await writeDurably(file, JSON.stringify({ version: 1, offsetMs: next }));
        offsetMs = next;
      }),
  };
}
