import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeyFingerprintStore } from '@signering/encryption';
import { hasSystemCode, onDisk } from './file-system-error.js';
import { digestName } from './path-name.js';
import { publishIfAbsent, writeTemporary } from './temporary-file.js';

/** Stores the fingerprint of each key id as a small file, written once. */
export class FileKeyFingerprintStore implements KeyFingerprintStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  remember(keyId: string, fingerprint: string): Promise<string> {
    // Key ids are case-sensitive; some file systems are not.
    const path = join(this.#folder, digestName(keyId));
    return onDisk('keep a key fingerprint', async () => {
      const kept = await read(path);
      if (kept !== undefined) return kept;
      const temporary = await writeTemporary(this.#folder, (handle) => handle.writeFile(`${fingerprint}\n`));
      if (await publishIfAbsent(temporary, path)) return fingerprint;
      return (await read(path)) ?? fingerprint;
    });
  }

  recall(keyId: string): Promise<string | undefined> {
    return onDisk('read a key fingerprint', () => read(join(this.#folder, digestName(keyId))));
  }

  isEmpty(): Promise<boolean> {
    return onDisk('look for key fingerprints', async () => {
      try {
        // Temporary files of killed processes begin with a dot.
        return (await readdir(this.#folder)).every((name) => name.startsWith('.'));
      } catch (error) {
        if (hasSystemCode(error, 'ENOENT')) return true;
        throw error;
      }
    });
  }
}

async function read(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if (hasSystemCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
