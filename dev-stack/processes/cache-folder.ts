import { homedir } from 'node:os';
import { join } from 'node:path';

/** The folder of executables, shared by all checkouts: `signering-workflows` in the user's cache folder. Spec: XDG Base Directory. */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  const base = env['XDG_CACHE_HOME'];
  return join(base === undefined || base === '' ? join(homedir(), '.cache') : base, 'signering-workflows');
}
