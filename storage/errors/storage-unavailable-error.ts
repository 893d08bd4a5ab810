import { SigningError } from '../../schema/index.js';

/** The constructor's argument of {@link StorageUnavailableError}. */
export interface StorageUnavailableOptions {
  /** What was tried, such as `keep a document`: completes the sentence "could not …". */
  readonly attempt: string;
  /** What came back, such as `ENOSPC`. */
  readonly reason: string;
  readonly nextStep: string;
  readonly cause?: unknown;
}

/**
 * STORAGE_UNAVAILABLE: the disk (or what stands for it) refused to read or write: full, read-only, without
 * permission, gone. Nothing was half done, so the same call may be repeated. Says nothing about what is stored.
 */
export class StorageUnavailableError extends SigningError {
  constructor({ attempt, reason, nextStep, cause }: StorageUnavailableOptions) {
    super('STORAGE_UNAVAILABLE', `Storage could not ${attempt}: ${reason}. ${nextStep}`, true, { cause });
  }
}
