import { statSync } from 'node:fs';
import type { Problem } from '@signering/schema';
import { readTextFile, type Environment } from './environment.js';
import { SETTINGS } from './setting-table.js';

const FILE_SUFFIX = '_FILE';

/** Settings that name a file with secrets. */
const SECRET_FILES = SETTINGS.map(({ name }) => name).filter(
  (name) =>
    name.endsWith(FILE_SUFFIX) ||
    name === 'SIGNERING_CERTIFICATE' ||
    name === 'SIGNERING_WEBHOOKS' ||
    name === 'SIGNERING_CODEC_TOKENS',
);

/** Permission of users that are neither the owner nor in the group. */
const OTHERS_READ = 0o004;

/** Warns of each file with secrets that every user of the machine can read; on Windows modes say nothing about that. */
export function warnOfExposedSecrets(env: Environment): readonly string[] {
  if (process.platform === 'win32') return [];
  return SECRET_FILES.flatMap((name) => {
    const path = env[name] ?? '';
    if ((modeOf(path) & OTHERS_READ) === 0) return [];
    return `${name} names a file with secrets that every user of this machine can read: chmod o= ${path}`;
  });
}

/** 0 for a file that cannot be looked at: reading it fails, too. */
function modeOf(path: string): number {
  try {
    return statSync(path).mode;
  } catch {
    return 0;
  }
}

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
      resolved[name] = readTextFile(path).replace(/\r?\n$/u, '');
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
