import { SigningError } from '../../schema/index.js';

/** JOB_NOT_ENDED: the job goes on, so nothing of it is archived yet. Wait for its outcome. */
export class JobNotEndedError extends SigningError {
  constructor(reference: string) {
    super(
      'JOB_NOT_ENDED',
      `The job of reference "${reference}" has not ended, so nothing is archived yet. Wait for its outcome.`,
      false,
      { reference },
    );
  }
}
