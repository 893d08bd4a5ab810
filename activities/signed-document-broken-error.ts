import { SigningError } from '../schema/index.js';
import type { ArchivedJob } from '../storage/index.js';

/** A signed document contradicts itself: it must not be confirmed, for the service may then delete the good one. */
export class SignedDocumentBrokenError extends SigningError {
  constructor(options: { readonly name: string; readonly job: ArchivedJob; readonly reason: string }) {
    super(
      'SIGNED_DOCUMENT_BROKEN',
      `Fetched ${options.name} of job ${options.job.signatureJobId} and found it broken: ${options.reason}. ` +
        'It is not archived and the job is not confirmed; it is fetched again.',
      false,
      { signatureJobId: options.job.signatureJobId, reference: options.job.reference },
    );
  }
}
