import { SigningError } from '@signering/schema';
import type { SuspectDocument } from '@signering/storage';

/** The constructor's argument of {@link SignedDocumentBrokenError}. */
export interface SignedDocumentBrokenOptions extends SuspectDocument {
  /** One sentence. */
  readonly reason: string;
  /** Where the bytes are kept, relative to the storage's root. */
  readonly keptAs: string;
}

/**
 * SIGNED_DOCUMENT_BROKEN: what came for a signed document is not genuine. It must not be confirmed: the service may
 * then delete the genuine one.
 */
export class SignedDocumentBrokenError extends SigningError {
  constructor({ name, job, sha256, reason, keptAs }: SignedDocumentBrokenOptions) {
    super(
      'SIGNED_DOCUMENT_BROKEN',
      `Fetched ${name} of job ${job.signatureJobId} and judged it BROKEN: ${reason} ` +
        `The bytes with the SHA-256 ${sha256} are kept as ${keptAs} in the storage, apart from the archive. ` +
        'The job is not confirmed.',
      false,
      { signatureJobId: job.signatureJobId, reference: job.reference, sha256 },
    );
  }
}
