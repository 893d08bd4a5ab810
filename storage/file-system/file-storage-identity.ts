import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { StorageUnavailableError, StoredContentDamagedError } from '../errors.js';
import type { StorageIdentity } from '../storage-identity.js';
import { parseStoredJson } from '../stored-json.js';
import { hasSystemCode, onDisk } from './file-system-error.js';
import { publishIfAbsent, writeTemporary } from './temporary-file.js';

/** A loose object: members that a later release adds must not make it unreadable. */
const IDENTITY = z.looseObject({ version: z.literal(1), id: z.uuid() });

/** Stores the identity as `storage-identity.json` in the root folder, written once. */
export class FileStorageIdentity implements StorageIdentity {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  async find(): Promise<string | undefined> {
    const text = await onDisk('read its identity', async () => {
      try {
        return await readFile(this.#path(), 'utf8');
      } catch (error) {
        if (hasSystemCode(error, 'ENOENT')) return undefined;
        throw error;
      }
    });
    return text === undefined ? undefined : parseIdentity(text);
  }

  async ensure(): Promise<string> {
    const known = await this.find();
    if (known !== undefined) return known;
    const id = randomUUID();
    const text = `${JSON.stringify({ version: 1, id, createdAt: new Date().toISOString() }, undefined, 2)}\n`;
    const written = await onDisk('write its identity', async () => {
      const temporary = await writeTemporary(this.#root, (handle) => handle.writeFile(text));
      return publishIfAbsent(temporary, this.#path());
    });
    // If another worker wrote first, its id counts.
    return written ? id : ((await this.find()) ?? id);
  }

  #path(): string {
    return join(this.#root, 'storage-identity.json');
  }
}

/**
 * @throws STORAGE_UNAVAILABLE (retryable): jobs wait for the repair of a damaged file instead of failing;
 * VERSION_NOT_SUPPORTED, for which activities wait too
 */
function parseIdentity(text: string): string {
  try {
    return parseStoredJson(text, IDENTITY, 'storage-identity.json').id;
  } catch (cause) {
    if (!(cause instanceof StoredContentDamagedError)) throw cause;
    throw new StorageUnavailableError({
      attempt: 'read its identity',
      reason: 'storage-identity.json is damaged',
      nextStep: 'Restore that file from a backup; the STORAGE_MISMATCH message of open jobs names its id.',
      cause,
    });
  }
}
