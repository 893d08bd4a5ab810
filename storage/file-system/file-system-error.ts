import { StorageUnavailableError } from '../errors.js';

const FILE_FOR_FOLDER = 'A file exists where a folder is needed: set SIGNERING_STORAGE to a folder.';
const NEXT_STEPS: Readonly<Record<string, string>> = {
  ENOSPC: 'The volume is full: free space on it, or move the storage to a larger one.',
  EDQUOT: 'The disk quota is used up: raise it, or free space.',
  EACCES: 'Grant the user of this process read and write permission on the storage folder.',
  EPERM:
    'Grant the user of this process write permission on the storage folder; ' +
    'the file system must also support hard links.',
  ENOTSUP: 'Use a file system that supports hard links for the storage folder.',
  EROFS: 'The volume is mounted read-only: mount it read-write.',
  EMFILE: 'This process has too many files open: raise its limit (ulimit -n).',
  ENFILE: 'The machine has too many files open: raise its limit.',
  ENOTDIR: FILE_FOR_FOLDER,
  EEXIST: FILE_FOR_FOLDER,
  ENOENT: 'The storage folder no longer exists: check that its volume is mounted.',
  EIO: 'The disk reports an error: check it.',
};

/** Distinguishes errors of the operating system from programming errors. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException & { readonly code: string } {
  return error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string';
}

/** True for a system error with this code, such as `EEXIST`. */
export function hasSystemCode(error: unknown, code: string): boolean {
  return isSystemError(error) && error.code === code;
}

/**
 * Runs a disk operation and converts system errors to StorageUnavailableError.
 * @param attempt completes the sentence "Storage could not …", without personal data and without a path
 * @throws STORAGE_UNAVAILABLE (retryable)
 */
export async function onDisk<T>(attempt: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new StorageUnavailableError({
      attempt,
      reason: `the operating system returned ${error.code} for ${error.syscall ?? 'a call'}`,
      nextStep: NEXT_STEPS[error.code] ?? 'Check the storage folder and its volume.',
      cause: error,
    });
  }
}
