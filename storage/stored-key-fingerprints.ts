import type { KeyFingerprintStore } from '@signering/encryption';
import { digestName } from './path-name.js';
import type { StoredFiles } from './stored-files.js';

/** The folder, relative to the storage's root. */
const FOLDER = 'key-fingerprints';

/** Stores the fingerprint of each key id as a small file, written once. */
export class StoredKeyFingerprints implements KeyFingerprintStore {
  readonly #files: StoredFiles;

  constructor(files: StoredFiles) {
    this.#files = files;
  }

  async remember(keyId: string, fingerprint: string): Promise<string> {
    const attempt = 'keep a key fingerprint';
    const kept = await this.#read(keyId, attempt);
    if (kept !== undefined) return kept;
    if (await this.#files.writeIfAbsent(pathOf(keyId), `${fingerprint}\n`, { attempt })) return fingerprint;
    return (await this.#read(keyId, attempt)) ?? fingerprint;
  }

  recall(keyId: string): Promise<string | undefined> {
    return this.#read(keyId, 'read a key fingerprint');
  }

  async isEmpty(): Promise<boolean> {
    return !(await this.#files.hasFiles(FOLDER, 'look for key fingerprints'));
  }

  async #read(keyId: string, attempt: string): Promise<string | undefined> {
    const content = await this.#files.read(pathOf(keyId), attempt);
    return content === undefined ? undefined : Buffer.from(content).toString('utf8').trim();
  }
}

/** Key ids are case-sensitive; some file systems are not. */
function pathOf(keyId: string): string {
  return `${FOLDER}/${digestName(keyId)}`;
}
