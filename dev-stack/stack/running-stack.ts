import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { InvalidInputError } from '@signering/schema';
import { endLeftover, isRecordAlive, processIdentity, recordFileOf } from '../processes/index.js';

/** The parts of a stack, in the order in which they are stopped: callers before the parts they call. */
const PARTS = ['worker', 'sandbox', 'temporal'] as const;

/** Keys, documents and Temporal's database lie in it. */
const OWNER_ONLY = 0o700;

/** The folder of a stack that runs, held by this process. */
export interface HeldStackFolder {
  /** Lets others start a stack there. */
  release(): void;
}

/** The argument of {@link holdStackFolder}. */
export interface HoldStackFolderOptions {
  readonly folder: string;
  /** Empties the folder first. */
  readonly fresh: boolean;
}

/**
 * Takes the folder of a stack for this process: one stack at a time. Processes that a killed predecessor left running are
 * ended, so that no two servers write to one database.
 * @throws INVALID_REQUEST when such a stack runs already
 */
export async function holdStackFolder({ folder, fresh }: HoldStackFolderOptions): Promise<HeldStackFolder> {
  const owner = recordFileOf(folder, 'stack');
  if (isRecordAlive(owner)) {
    throw new InvalidInputError('INVALID_REQUEST', 'The stack was not started', [
      {
        path: folder,
        message: 'a stack or a demo runs there already: end it with Ctrl-C first, or wait until it has ended',
      },
    ]);
  }
  for (const part of PARTS) await endLeftover(recordFileOf(folder, part), 20_000);
  // Only now, because another process may have been writing there.
  if (fresh) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: OWNER_ONLY });
  // A folder that was there before, such as one made by hand, may be open to others.
  chmodSync(folder, OWNER_ONLY);
  writeFileSync(owner, JSON.stringify({ pid: process.pid, identity: processIdentity(process.pid) }), {
    mode: 0o600,
  });
  return { release: () => rmSync(owner, { force: true }) };
}
