import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

/** File with the settings of the stack that `signering dev` starts, relative to its working directory. */
export const DEV_ENV_FILE = join('.signering', 'dev.env');

/** Writes settings as a `.env` file that only this user can read, because it contains a key. */
export function writeEnvFile(file: string, settings: Readonly<Record<string, string>>): void {
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${quoted(value)}\n`);
  writeFileSync(`${file}.new`, `# Settings of the local stack, written at each start.\n${lines.join('')}`, {
    mode: 0o600,
  });
  chmodSync(`${file}.new`, 0o600);
  renameSync(`${file}.new`, file);
}

/** Inside double quotes a shell would expand such a value. */
function quoted(value: string): string {
  return /["$`\\]/u.test(value) ? `'${value}'` : `"${value}"`;
}

/** The settings in a `.env` file; undefined if the file does not exist. */
export function readEnvFile(file: string): NodeJS.ProcessEnv | undefined {
  return existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : undefined;
}
