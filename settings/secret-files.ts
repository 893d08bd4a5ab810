import { readFileSync } from 'node:fs';
import type { Problem } from '@signering/schema';
import type { Environment } from './environment.js';
import { SETTINGS } from './setting-table.js';

const FILE_SUFFIX = '_FILE';

/**
 * Drops empty variables and replaces each `…_FILE` by the variable it stands for, with the file's content. Adds
 * mistakes to `problems`.
 */
export function resolveSecretFiles(env: Environment, problems: Problem[]): Environment {
  // An empty variable means "not set": container tools often cannot omit one.
  const resolved = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  for (const { name: fileName } of SETTINGS.filter(({ name }) => name.endsWith(FILE_SUFFIX))) {
    const name = fileName.slice(0, -FILE_SUFFIX.length);
    const path = resolved[fileName];
    if (path === undefined) continue;
    if (resolved[name] !== undefined) {
      problems.push({ path: fileName, message: `is set together with ${name}: leave one of them out` });
      continue;
    }
    try {
      // Editors and `echo` end a file with a line break, which is not part of the secret.
      resolved[name] = readFileSync(path, 'utf8').replace(/\r?\n$/u, '');
    } catch {
      problems.push({
        path: fileName,
        message: 'names a file that cannot be read: check the path and its permissions',
      });
      // Prevents a second problem for the secret itself.
      resolved[name] = '';
    }
  }
  return resolved;
}
