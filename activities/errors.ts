import { SigningError } from '@signering/schema';
import type { ArchivedJob, LedgerEntry, SuspectDocument } from '@signering/storage';

/** SENDER_NOT_ALLOWED: this worker's settings do not name the sender. The service was not called. */
export class SenderNotAllowedError extends SigningError {
  /** @param effect what was not done, such as "no job was created" */
  constructor(organizationNumber: string, effect: string) {
    super(
      'SENDER_NOT_ALLOWED',
      `The settings of this worker do not name the sender ${organizationNumber}, so ${effect}. If the worker should act ` +
        'for it, add the organisation number to SIGNERING_SENDERS of every worker.',
    );
  }
}

/** JOB_WITHDRAWN: a person cancelled the batch before the job was sent. */
export class JobWithdrawnError extends SigningError {
  constructor({ reference, batch = '' }: Pick<LedgerEntry, 'reference' | 'batch'>) {
    super(
      'JOB_WITHDRAWN',
      `Did not send the job with the reference "${reference}": its batch ${batch} was cancelled. To send it after all, hand ` +
        'it over again.',
      { reference },
    );
  }
}

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
      { signatureJobId: job.signatureJobId, reference: job.reference, sha256 },
    );
  }
}

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
      { signatureJobId: job.signatureJobId, reference: job.reference, limitBytes: maxBytes, cause },
    );
  }
}
