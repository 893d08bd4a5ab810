import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { InvalidInputError } from '@signering/schema';
import { endLeftover, isRecordAlive, processIdentity, recordFileOf } from '../processes/index.js';

/** The parts of a stack, in the order in which they are stopped: callers before the parts they call. */
const PARTS = ['portal', 'worker', 'codec-server', 'sandbox', 'temporal'] as const;

/** Contains keys, documents and Temporal's database. */
const OWNER_ONLY = 0o700;

/** The folder of a running stack, locked by this process. */
export interface HeldStackFolder {
  /** Lets other processes start a stack there. */
  release(): void;
}

/** The argument of {@link holdStackFolder}. */
export interface HoldStackFolderOptions {
  readonly folder: string;
  /** Empties the folder first. */
  readonly fresh: boolean;
}

/**
 * Locks the folder of a stack for this process: one stack at a time. Ends processes that a killed predecessor left
 * running, because two servers must not write to one database.
 * @throws INVALID_REQUEST if a stack already runs there
 */
export async function holdStackFolder({ folder, fresh }: HoldStackFolderOptions): Promise<HeldStackFolder> {
  const owner = recordFileOf(folder, 'stack');
  if (isRecordAlive(owner)) {
    throw new InvalidInputError('INVALID_REQUEST', 'The stack was not started', [
      {
        path: folder,
        message:
          'a stack or a demo already runs there: stop it with Ctrl-C first, or wait until it has ended',
      },
    ]);
  }
  for (const part of PARTS) await endLeftover(recordFileOf(folder, part), 20_000);
  // Only now, because another process may have been writing there.
  if (fresh) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: OWNER_ONLY });
  // An existing folder, such as one created by hand, may be readable by other users.
  chmodSync(folder, OWNER_ONLY);
  writeFileSync(owner, JSON.stringify({ pid: process.pid, identity: processIdentity(process.pid) }), {
    mode: 0o600,
  });
  return { release: () => rmSync(owner, { force: true }) };
}
