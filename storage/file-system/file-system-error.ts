import { StorageUnavailableError } from '../errors/storage-unavailable-error.js';

const FILE_FOR_FOLDER = 'A file stands where a folder is needed: let SIGNERING_STORAGE name a folder.';
const NEXT_STEPS: Readonly<Record<string, string>> = {
  ENOSPC: 'The volume is full: free space on it, or move the storage to a larger one.',
  EDQUOT: 'The disk quota is used up: raise it, or free space.',
  EACCES: 'Give the user that this process runs as the right to read and write the storage folder.',
  EPERM:
    'Give the user that this process runs as the right to write the storage folder; ' +
    'the file system must also allow hard links.',
  ENOTSUP: 'Choose a file system that allows hard links for the storage folder.',
  EROFS: 'The volume is mounted read-only: mount it for writing.',
  EMFILE: 'This process has too many files open: raise its limit (ulimit -n).',
  ENFILE: 'The machine has too many files open: raise its limit.',
  ENOTDIR: FILE_FOR_FOLDER,
  EEXIST: FILE_FOR_FOLDER,
  ENOENT: 'The storage folder has vanished: is its volume mounted?',
  EIO: 'The disk reports an error: check it.',
};

/** Tells errors of the operating system from mistakes in the program. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException & { readonly code: string } {
  return error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string';
}

/** True for a system error with this code, such as `EEXIST`. */
export function hasSystemCode(error: unknown, code: string): boolean {
  return isSystemError(error) && error.code === code;
}

/**
 * Runs one piece of work on the disk and puts what the operating system refuses into words.
 * @param attempt completes the sentence "storage could not …", without personal data and without a path
 * @throws STORAGE_UNAVAILABLE (retryable)
 */
export async function onDisk<T>(attempt: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new StorageUnavailableError({
      attempt,
      reason: `the operating system answered ${error.code} to ${error.syscall ?? 'a call'}`,
      nextStep: NEXT_STEPS[error.code] ?? 'Check the storage folder and its volume.',
      cause: error,
    });
  }
}
