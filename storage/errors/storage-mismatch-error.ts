import { SigningError } from '@signering/schema';

/** The constructor's argument of {@link StorageMismatchError}. */
export interface StorageMismatchOptions {
  /** Identity of the storage that this process uses. */
  readonly here: string;
  /** Identity of the other storage; several are separated by a comma. */
  readonly there: string;
  /** Completes the sentence "… is the one that …", such as `the job was started on`. */
  readonly whose: string;
}

/**
 * STORAGE_MISMATCH: client and worker use different storage, so that a reference, a document or an outcome of one is
 * not that of the other. Nothing was stored, sent or archived. Retryable: it goes on when the setting is corrected.
 */
export class StorageMismatchError extends SigningError {
  constructor({ here, there, whose }: StorageMismatchOptions) {
    super(
      'STORAGE_MISMATCH',
      `SIGNERING_STORAGE of this process leads to storage ${here}, and ${there} is the one that ${whose}. ` +
        'Let SIGNERING_STORAGE of every client and worker name the same folder (`signering doctor` shows the identity ' +
        'of each); look for a mistyped path and for a volume that is not mounted.',
      true,
    );
  }
}
