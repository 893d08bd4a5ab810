import { keyIdOfStoredFile } from '@signering/encryption';
import { onDisk } from './file-system/file-system-error.js';
import { isReceipt } from './sealed-files.js';
import type { StoredFiles } from './stored-files.js';

/** The areas of a storage whose files may be encrypted. */
export const ENCRYPTED_AREAS = ['documents', 'archive', 'suspect'] as const;

/** One of {@link ENCRYPTED_AREAS}. */
export type EncryptedArea = (typeof ENCRYPTED_AREAS)[number];

/** A stored file, and the key that it is encrypted under. */
export interface StoredFileKey {
  readonly area: EncryptedArea;
  /** Absent: the file is in clear. */
  readonly keyId?: string;
}

/** Tells which keys the stored files need, from the first bytes of each; it decrypts nothing. */
export interface StoredFileKeys {
  /** Every file of the areas, without receipts, which are always in clear. @throws STORAGE_UNAVAILABLE (retryable) */
  list(): AsyncIterable<StoredFileKey>;
}

/** How many files are read at the same time. */
const AT_ONCE = 8;
const READ = 'read the key id of a stored file';

/** The files of each area as they are stored. */
export type StoredAreas = Readonly<Record<EncryptedArea, StoredFiles>>;

/** Reads the header of each file. */
export function storedFileKeys(areas: StoredAreas): StoredFileKeys {
  return {
    async *list() {
      for (const area of ENCRYPTED_AREAS) {
        let paths: string[] = [];
        for await (const { path } of areas[area].list('', READ)) {
          if (isReceipt(path)) continue;
          paths.push(path);
          if (paths.length < AT_ONCE) continue;
          yield* await keysOf(areas, area, paths);
          paths = [];
        }
        yield* await keysOf(areas, area, paths);
      }
    },
  };
}

async function keysOf(
  areas: StoredAreas,
  area: EncryptedArea,
  paths: readonly string[],
): Promise<readonly StoredFileKey[]> {
  const found = await Promise.all(paths.map((path) => keyOf(areas, area, path)));
  return found.filter((one) => one !== undefined);
}

/** Undefined for a file that was removed after it was listed. */
async function keyOf(
  areas: StoredAreas,
  area: EncryptedArea,
  path: string,
): Promise<StoredFileKey | undefined> {
  const file = await areas[area].readInChunks(path, READ);
  if (file === undefined) return undefined;
  const keyId = await onDisk(READ, () => keyIdOfStoredFile(file));
  file.destroy();
  return { area, ...(keyId !== undefined && { keyId }) };
}
