import { SigningError } from '@signering/schema';
import { whatFailed, type FailedCall } from './failed-call.js';

/** The constructor's argument of {@link ProxyRefusedError}. */
export interface ProxyRefusedOptions extends FailedCall {
  /** What the proxy said, such as `the proxy refused (HTTP 407)`. */
  readonly whatHappened: string;
}

/** PROXY_REFUSED: the HTTP proxy lets no connection to the service through: it wants other credentials, or the host is not permitted. Nothing was sent to the service. */
export class ProxyRefusedError extends SigningError {
  constructor({ whatHappened, ...call }: ProxyRefusedOptions) {
    super(
      'PROXY_REFUSED',
      `${whatFailed(call)}${whatHappened}. Check the proxy's address, user and password (SIGNERING_PROXY), and that it lets connections to the service through.`,
      false,
      call,
    );
  }
}
