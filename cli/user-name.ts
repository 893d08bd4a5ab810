import { userInfo } from 'node:os';

/** The name of the user of this process, which records who ordered something. Undefined where the machine knows none. */
export function userName(): string | undefined {
  try {
    return userInfo().username.slice(0, 100) || undefined;
  } catch {
    return undefined;
  }
}
