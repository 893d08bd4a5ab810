import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { errorCodeOf, InvalidInputError } from '@signering/schema';

/**
 * Locks the folder of an embedded database for this process, because two processes damage its tables. The lock of a
 * process that was killed is taken over.
 * @throws INVALID_SETTINGS while another process has it
 */
export function lockFolder(folder: string): { readonly release: () => void } {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = `${folder.replace(/\/+$/u, '')}.lock`;
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx', mode: 0o600 });
      return { release: () => rmSync(file, { force: true }) };
    } catch (error) {
      if (errorCodeOf(error) !== 'EEXIST') throw error;
      const holder = Number(readFileSync(file, 'utf8'));
      if (holder !== process.pid && isRunning(holder)) break;
      rmSync(file, { force: true });
    }
  }
  const message = `${folder} is used by another sender portal: stop it first`;
  throw new InvalidInputError('INVALID_SETTINGS', 'The sender portal cannot start', [
    { path: 'SIGNERING_PORTAL_DATABASE', message },
  ]);
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user exists too.
    return errorCodeOf(error) === 'EPERM';
  }
}
