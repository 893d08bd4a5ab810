import { SigningError } from '@signering/schema';

/** JOB_ENDED: nobody can sign this job any more, so there is no browser to send off. Its outcome can be asked for. */
export class JobEndedError extends SigningError {
  constructor(reference: string) {
    super(
      'JOB_ENDED',
      `The job of reference "${reference}" has ended, and no signer can sign it any more. ` +
        'Ask for its outcome, or send a new job under another reference.',
      false,
      { reference },
    );
  }
}
