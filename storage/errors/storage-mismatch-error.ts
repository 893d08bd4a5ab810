import { SigningError } from '@signering/schema';

/** The constructor's argument of {@link StorageMismatchError}. */
export interface StorageMismatchOptions {
  /** Identity of the storage that this process uses. */
  readonly here: string;
  /** Identity of the other storage; several are separated by a comma. */
  readonly there: string;
  /** Completes the sentence "The storage … is the one that …", such as `the job was started on`. */
  readonly whose: string;
}

/**
 * STORAGE_MISMATCH: client and worker use different storage, so that they do not share references, documents and
 * outcomes. Nothing was stored, sent or archived. Retryable: the job continues when the setting is corrected.
 */
export class StorageMismatchError extends SigningError {
  constructor({ here, there, whose }: StorageMismatchOptions) {
    super(
      'STORAGE_MISMATCH',
      `SIGNERING_STORAGE of this process leads to storage ${here}, and ${there} is the one that ${whose}. ` +
        'Set SIGNERING_STORAGE to the same folder for every client and worker (`signering doctor` shows the identity ' +
        'of each). Look for a typing error in the path and for a volume that is not mounted.',
      true,
    );
  }
}
