import { SigningError } from '@signering/schema';
import { whatFailed, type FailedCall } from './failed-call.js';

/** SIGNING_CEREMONY_NOT_COMPLETED: the status was asked for before the signer came back (direct flow). It may be asked for again. */
export class SigningCeremonyNotCompletedError extends SigningError {
  constructor(call: FailedCall) {
    super(
      'SIGNING_CEREMONY_NOT_COMPLETED',
      `${whatFailed(call)}the signer has not come back from the signing ceremony yet. Ask again when the exit URL was visited.`,
      true,
      call,
    );
  }
}
