import { SigningError } from '@signering/schema';
import type { ArchivedJob } from '@signering/storage';

/** The constructor's argument of {@link SignedDocumentOverLimitError}. */
export interface SignedDocumentOverLimitOptions {
  /** Its name in the archive. */
  readonly name: string;
  readonly job: ArchivedJob;
  readonly maxBytes: number;
  /** The setting that holds the limit. */
  readonly setting: string;
  readonly cause: unknown;
}

/** SIGNED_DOCUMENT_TOO_LARGE, with the document and the setting that holds the limit. Nothing of it is kept. */
export class SignedDocumentOverLimitError extends SigningError {
  constructor({ name, job, maxBytes, setting, cause }: SignedDocumentOverLimitOptions) {
    super(
      'SIGNED_DOCUMENT_TOO_LARGE',
      `Stopped fetching ${name} of job ${job.signatureJobId}: it is larger than ${maxBytes / 1024 ** 2} MiB, the ` +
        `limit of ${setting}. It is not archived, and the job is not confirmed. If the document may be as large, ` +
        'raise the limit on every worker and restart them.',
      false,
      { signatureJobId: job.signatureJobId, reference: job.reference, limitBytes: maxBytes, cause },
    );
  }
}
