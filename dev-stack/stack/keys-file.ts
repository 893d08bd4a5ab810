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
 * The encryption keys of a local stack in the form of `SIGNERING_KEYS`; created on first use, readable by this user
 * only. The write is atomic: without its key, no data in Temporal could be decrypted.
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
