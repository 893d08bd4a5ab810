import { createFileCipher, type EncryptionKey } from '@signering/encryption';
import { openFileStorage } from './file-system/open-file-storage.js';
import type { S3Options } from './s3/s3-options.js';
import type { Storage } from './storage.js';

/** The argument of {@link openStorage}. */
export interface OpenStorageOptions {
  /** A folder, or `s3://bucket/prefix`. */
  readonly location: string;
  /** For a location in S3. */
  readonly s3?: S3Options | undefined;
  /** Decrypts the files that are encrypted. @default none: reading such a file is KEY_MISMATCH */
  readonly keys?: readonly EncryptionKey[] | undefined;
  /** Encrypts documents, suspects and archive with the first key when they are written. @default false */
  readonly encryptStorage?: boolean | undefined;
  /**
   * Verifies that the storage can be relied on, and creates its folder and identity if missing; for workers. Otherwise it
   * only needs to be readable. @default false
   */
  readonly create?: boolean;
}

/**
 * Opens the storage of the settings. Several processes can use one storage concurrently.
 * @throws STORAGE_UNAVAILABLE (retryable)
 */
export async function openStorage({
  location,
  s3,
  create = false,
  keys = [],
  encryptStorage = false,
}: OpenStorageOptions): Promise<Storage> {
  const cipher = createFileCipher({ keys, encrypts: encryptStorage });
  if (!location.startsWith('s3://')) return openFileStorage({ root: location, create, cipher });
  // Imported dynamically: processes whose storage is a folder do not load the AWS SDK.
  const { openS3Storage } = await import('./s3/open-s3-storage.js');
  return openS3Storage({ location, s3, create, cipher });
}
