import { errorCodeOf } from '@signering/schema';

/** Why there is no connection. In each case no byte of HTTP was sent. */
export type ConnectionFailureReason =
  'UNREACHABLE' | 'TIMEOUT' | 'PROXY_REFUSED' | 'SERVER_NOT_TRUSTED' | 'CERTIFICATE_REFUSED';

/** A connection that was not made. Internal to this package: response-errors.ts maps it to a SigningError. */
export class ConnectionFailure extends Error {
  readonly reason: ConnectionFailureReason;

  constructor(reason: ConnectionFailureReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ConnectionFailure';
    this.reason = reason;
  }
}

const CERTIFICATE_ALERT =
  /ALERT_(?:BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|CERTIFICATE_(?:REVOKED|EXPIRED|UNKNOWN|REQUIRED)|UNKNOWN_CA|ACCESS_DENIED|HANDSHAKE_FAILURE)$/u;

/**
 * True for a TLS alert with which the server refuses our certificate. In TLS 1.3 it arrives when the handshake seems
 * to be complete and the request may be under way; the server has still not processed it.
 */
export function isCertificateAlert(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (CERTIFICATE_ALERT.test(errorCodeOf(at) ?? '')) return true;
  }
  return false;
}
