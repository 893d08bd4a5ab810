import { z } from 'zod';
import { InvalidInputError } from '@signering/schema';
import { ADMIN_PATH } from './admin/admin-server.js';
import { HOST } from './listen.js';
import type { RememberedPlace } from './state/remembered-place.js';

const GREETING = z.object({ stateId: z.string() });
// A sandbox on this machine answers immediately; another program may not answer.
const ANSWER_WITHIN_MS = 2000;

/**
 * Rejects a second sandbox on the same state folder: two would overwrite each other's jobs. Calls the remembered
 * address, because a process id in a lock file may belong to a different process after kill -9.
 * @throws INVALID_SETTINGS
 */
export async function refuseSecondSandbox(place: RememberedPlace, stateFolder: string): Promise<void> {
  if (place.adminPort === undefined || !(await isRunning(place.adminPort, place.stateId))) return;
  throw new InvalidInputError('INVALID_SETTINGS', 'The sandbox cannot start', [
    {
      path: 'stateFolder',
      message: `another sandbox runs on ${stateFolder}; stop it, or choose another folder`,
    },
  ]);
}

async function isRunning(adminPort: number, stateId: string): Promise<boolean> {
  try {
    const answer = await fetch(`http://${HOST}:${adminPort}${ADMIN_PATH}`, {
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    return GREETING.parse(await answer.json()).stateId === stateId;
  } catch {
    return false;
  }
}
