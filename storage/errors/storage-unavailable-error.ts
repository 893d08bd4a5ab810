import { sentence, SigningError } from '@signering/schema';

/** The constructor's argument of {@link StorageUnavailableError}. */
export interface StorageUnavailableOptions {
  /** The attempted action, such as `keep a document`: completes the sentence "Storage could not …". */
  readonly attempt: string;
  /** What the system reported, such as `ENOSPC`. */
  readonly reason: string;
  readonly nextStep: string;
  readonly cause?: unknown;
  /** The fault concerns one ledger entry; others can be read. @default false */
  readonly isOfOneEntry?: boolean;
}

/**
 * STORAGE_UNAVAILABLE: a read or write of the storage failed: disk full, read-only, no permission, not mounted.
 * Nothing was written in part, so the call can be repeated. Says nothing about the stored content.
 */
export class StorageUnavailableError extends SigningError {
  /** True when the fault concerns one ledger entry, so that work on other entries can continue. */
  readonly isOfOneEntry: boolean;

  constructor({ attempt, reason, nextStep, cause, isOfOneEntry = false }: StorageUnavailableOptions) {
    super('STORAGE_UNAVAILABLE', `${sentence(`Storage could not ${attempt}: ${reason}`)} ${nextStep}`, true, {
      cause,
    });
    this.isOfOneEntry = isOfOneEntry;
  }
}
