import { readFileSync } from 'node:fs';
import type { Problem } from '@signering/schema';
import type { Environment } from './environment.js';
import { SETTINGS } from './setting-table.js';

const FILE_SUFFIX = '_FILE';

/**
 * Drops empty variables and puts the content of each `…_FILE` in the place of the variable that it stands for.
 * Mistakes are added to `problems`.
 */
export function resolveSecretFiles(env: Environment, problems: Problem[]): Environment {
  // An empty variable means "not set": container tools can often not leave one out.
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
      // Editors and `echo` end a file with a line break that is no part of the secret.
      resolved[name] = readFileSync(path, 'utf8').replace(/\r?\n$/u, '');
    } catch {
      problems.push({
        path: fileName,
        message: 'names no file that can be read: check the path and its rights',
      });
      // The secret itself is not missing besides: one mistake is named once.
      resolved[name] = '';
    }
  }
  return resolved;
}
