import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';

// Loaded into a worker with `--import`: leads its connections through proxies, and shifts its clock.

/** JSON: the port of a proxy for each port of the loopback address. */
export const DETOURS = 'TEST_DETOURS';
/** Names the folder with `clock`, which holds the shift in milliseconds, and `clock.log`, a line for each shift that was read. */
export const CLOCK_FOLDER = 'TEST_CLOCK_FOLDER';

/** Reads the shift at most so often, in milliseconds. */
const LOOK_EVERY_MS = 100;

function leadThroughProxies(detours: Readonly<Record<string, number>>): void {
  const prototype = Socket.prototype as unknown as { connect: (...args: unknown[]) => Socket };
  const real = prototype.connect;
  prototype.connect = function (this: Socket, ...args) {
    // Node passes the options as they are, or in a list that it has normalized.
    const options = (Array.isArray(args[0]) ? (args[0] as unknown[])[0] : args[0]) as { port?: unknown };
    const detour = detours[String(options.port)];
    if (detour !== undefined) options.port = detour;
    return real.apply(this, args);
  };
}

function shiftClock(folder: string): void {
  const RealDate = Date;
  let [shift, lookedAt] = [0, 0];
  const now = (): number => {
    const real = RealDate.now();
    if (real - lookedAt >= LOOK_EVERY_MS) {
      lookedAt = real;
      const file = join(folder, 'clock');
      const planned = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
      if (planned !== shift) appendFileSync(join(folder, 'clock.log'), `${planned}\n`);
      shift = planned;
    }
    return real + shift;
  };
  class ShiftedDate extends RealDate {
    constructor(...args: [] | [number | string | Date]) {
      if (args.length === 0) super(now());
      else super(...(args as [number]));
    }
    static override now(): number {
      return now();
    }
  }
  globalThis.Date = ShiftedDate as DateConstructor;
}

const detours = process.env[DETOURS];
if (detours !== undefined) leadThroughProxies(JSON.parse(detours) as Record<string, number>);
const clockFolder = process.env[CLOCK_FOLDER];
if (clockFolder !== undefined) shiftClock(clockFolder);
