import { SigningError } from '@signering/schema';

/**
 * JOB_NOT_CREATED_YET: the job was handed over and goes on by itself, but its redirect URLs were not there in time: no
 * worker is up, or the service is slow. Not for jobs that the service has refused.
 */
export class JobNotCreatedYetError extends SigningError {
  constructor(reference: string, cause: unknown) {
    super(
      'JOB_NOT_CREATED_YET',
      `The job of reference "${reference}" was handed over, but is not there after 10 seconds: no worker is up, or the ` +
        'service is slow. Ask again with the same reference and content: it is the same job.',
      true,
      { reference, cause },
    );
  }
}
