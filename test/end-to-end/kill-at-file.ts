import { readFileSync } from 'node:fs';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

// Loaded into a worker with `--import`: kills the process before or after one file of one job gets its name.

/** Where the worker dies. */
export interface KillPoint {
  readonly when: 'before' | 'after';
  /** Of the job's files in the archive, or the first ledger entry that says so. */
  readonly file: 'receipt.json' | 'settled' | 'confirmedAt';
  readonly reference: string;
}

/** Holds a {@link KillPoint} as JSON. */
export const KILL_POINT = 'TEST_KILL_POINT';

const point = process.env[KILL_POINT];
if (point !== undefined) install(JSON.parse(point) as KillPoint);

function install(kill: KillPoint): void {
  const link = promises.link.bind(promises);
  promises.link = async (from, to) => {
    const isPoint = isAt(kill, String(from), String(to));
    if (isPoint && kill.when === 'before') process.kill(process.pid, 'SIGKILL');
    await link(from, to);
    if (isPoint) process.kill(process.pid, 'SIGKILL');
  };
  syncBuiltinESMExports();
}

function isAt({ file, reference }: KillPoint, from: string, to: string): boolean {
  if (file === 'receipt.json') return to.endsWith(`-${reference}/receipt.json`);
  if (!/\/ledger\/.*\/\d+\.json$/u.test(to)) return false;
  const entry = JSON.parse(readFileSync(from, 'utf8')) as Record<string, unknown>;
  return entry['reference'] === reference && file in entry;
}
