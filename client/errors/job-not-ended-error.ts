import { SigningError } from '@signering/schema';

/** JOB_NOT_ENDED: the job has no outcome yet, so nothing of it is archived. */
export class JobNotEndedError extends SigningError {
  constructor(reference: string) {
    super(
      'JOB_NOT_ENDED',
      `The job of reference "${reference}" has no outcome yet, so nothing is archived. Ask how it stands: it waits, or it has failed.`,
      false,
      { reference },
    );
  }
}
