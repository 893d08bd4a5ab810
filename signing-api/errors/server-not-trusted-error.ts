import { SigningError } from '@signering/schema';
import { whatFailed, type FailedCall } from './failed-call.js';

/** The constructor's argument of {@link ServerNotTrustedError}. */
export interface ServerNotTrustedOptions extends FailedCall {
  /** What speaks against it, such as `its certificate leads to no trusted authority`. */
  readonly whatIsWrong: string;
}

/** SERVER_NOT_TRUSTED: the server could not prove to be the service: its certificate does not lead to a configured authority, is not valid now, or was issued to another organisation. Not one byte of the request was sent. */
export class ServerNotTrustedError extends SigningError {
  constructor({ whatIsWrong, ...call }: ServerNotTrustedOptions) {
    super(
      'SERVER_NOT_TRUSTED',
      `${whatFailed(call)}the server is not the one that is trusted (${whatIsWrong}), so nothing was sent. Check the API address, the trusted certificates (SIGNERING_TRUSTED_CERTIFICATES) and the expected organisation number; if they are right, somebody may stand in between.`,
      false,
      call,
    );
  }
}
