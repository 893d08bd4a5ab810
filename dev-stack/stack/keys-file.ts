import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { formatKeys, generateKey } from '@signering/encryption';

/**
 * The encryption keys of a stack on this machine, as `SIGNERING_KEYS` holds them; made on first use, readable by this
 * user only. Whole or absent after a kill -9 at any moment: without its key nothing in Temporal could be read again.
 */
export function readOrMakeKeys(file: string): string {
  if (!existsSync(file)) makeKeys(file);
  return readFileSync(file, 'utf8').trim();
}

function makeKeys(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const temporary = `${file}.${process.pid}.new`;
  const descriptor = openSync(temporary, 'w', 0o600);
  writeSync(descriptor, `${formatKeys([generateKey('local-1')])}\n`);
  fsyncSync(descriptor);
  closeSync(descriptor);
  try {
    linkSync(temporary, file);
  } catch (error) {
    // Another process wrote the file first; its key counts.
    if (!existsSync(file)) throw error;
  } finally {
    rmSync(temporary);
  }
}
