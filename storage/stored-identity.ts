import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { StorageUnavailableError, StoredContentDamagedError } from './errors.js';
import type { StorageIdentity } from './storage-identity.js';
import type { StoredFiles } from './stored-files.js';
import { parseStoredJson } from './stored-json.js';

/** A loose object: members that a later release adds must not make it unreadable. */
const IDENTITY = z.looseObject({ version: z.literal(1), id: z.uuid() });

const FILE = 'storage-identity.json';

/** Stores the identity as `storage-identity.json` in the root, written once. */
export class StoredIdentity implements StorageIdentity {
  readonly #files: StoredFiles;

  constructor(files: StoredFiles) {
    this.#files = files;
  }

  async find(): Promise<string | undefined> {
    const content = await this.#files.read(FILE, 'read its identity');
    return content === undefined ? undefined : parseIdentity(Buffer.from(content).toString('utf8'));
  }

  async ensure(): Promise<string> {
    const known = await this.find();
    if (known !== undefined) return known;
    const id = randomUUID();
    const text = `${JSON.stringify({ version: 1, id, createdAt: new Date().toISOString() }, undefined, 2)}\n`;
    const written = await this.#files.writeIfAbsent(FILE, text, { attempt: 'write its identity' });
    // If another worker wrote first, its id counts.
    return written ? id : ((await this.find()) ?? id);
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
