import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { formatKeys, generateKey, parseKeys, type EncryptionKey } from '@signering/encryption';
import { errorCodeOf, InvalidInputError } from '@signering/schema';

/** A key that was added to a file. */
export interface AddedKey {
  readonly key: EncryptionKey;
  /** True in a new file. Otherwise the key decrypts only, until a person puts it first. */
  readonly encrypts: boolean;
}

/**
 * Makes a key, named by the day (UTC), and adds it behind those of a file, which then only its owner can read. The file is
 * replaced as a whole, so a process that reads it meanwhile finds the earlier or the later keys.
 * @throws INVALID_REQUEST for a file that cannot be written or whose keys cannot be used
 */
export function addKey(file: string): AddedKey {
  const path = pathBehindLinks(file);
  const temporary = `${path}.new`;
  let handle: number;
  try {
    // Also a lock: of two commands at once, the second would otherwise drop the key of the first.
    handle = openSync(temporary, 'wx', 0o600);
  } catch (error) {
    const isThere = errorCodeOf(error) === 'EEXIST';
    throw refused(
      file,
      isThere ? `is being written by another command; if none runs, remove ${temporary}` : reasonOf(error),
    );
  }
  try {
    const present = keysIn(path, file);
    const key = generateKey(freeId(present));
    writeSync(handle, `${formatKeys([...present, key])}\n`);
    fsyncSync(handle);
    closeSync(handle);
    renameSync(temporary, path);
    return { key, encrypts: present.length === 0 };
  } catch (error) {
    unlinkSync(temporary);
    throw error instanceof InvalidInputError ? error : refused(file, reasonOf(error));
  }
}

function pathBehindLinks(file: string): string {
  try {
    return realpathSync(file);
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return file;
    throw refused(file, reasonOf(error));
  }
}

function keysIn(path: string, file: string): readonly EncryptionKey[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return [];
    throw refused(file, reasonOf(error));
  }
  try {
    return text === '' ? [] : parseKeys(text);
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    throw refused(file, error.problems.map(({ message }) => message).join('; '));
  }
}

/** The day, and a number if the file has a key of that day. */
function freeId(keys: readonly EncryptionKey[]): string {
  const day = new Date().toISOString().slice(0, 10);
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? day : `${day}.${number}`;
    if (!keys.some((key) => key.id === id)) return id;
  }
}

function reasonOf(error: unknown): string {
  return `cannot be read and written (${errorCodeOf(error) ?? 'unknown error'})`;
}

function refused(path: string, message: string): InvalidInputError {
  return new InvalidInputError('INVALID_REQUEST', 'No key was added', [{ path, message }]);
}
