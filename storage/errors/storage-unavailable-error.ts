import { sentence, SigningError } from '@signering/schema';

/** The constructor's argument of {@link StorageUnavailableError}. */
export interface StorageUnavailableOptions {
  /** What was tried, such as `keep a document`: completes the sentence "could not …". */
  readonly attempt: string;
  /** What came back, such as `ENOSPC`. */
  readonly reason: string;
  readonly nextStep: string;
  readonly cause?: unknown;
  /** The fault is that of one ledger entry: others can be read. @default false */
  readonly isOfOneEntry?: boolean;
}

/**
 * STORAGE_UNAVAILABLE: the disk (or what stands for it) refused to read or write: full, read-only, without
 * permission, gone. Nothing was half done, so the same call may be repeated. Says nothing about what is stored.
 */
export class StorageUnavailableError extends SigningError {
  /** True when the fault is that of one ledger entry, so that work on other entries can go on. */
  readonly isOfOneEntry: boolean;

  constructor({ attempt, reason, nextStep, cause, isOfOneEntry = false }: StorageUnavailableOptions) {
    super('STORAGE_UNAVAILABLE', `${sentence(`Storage could not ${attempt}: ${reason}`)} ${nextStep}`, true, {
      cause,
    });
    this.isOfOneEntry = isOfOneEntry;
  }
}
