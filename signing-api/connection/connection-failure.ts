import { errorCodeOf } from '@signering/schema';

/** Why there is no connection; in each case not one byte of HTTP was sent. */
export type ConnectionFailureReason =
  'UNREACHABLE' | 'TIMEOUT' | 'PROXY_REFUSED' | 'SERVER_NOT_TRUSTED' | 'CERTIFICATE_REFUSED';

/** A connection that was not made. It never leaves this room: response-errors.ts says it in the callers' words. */
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
 * to be over and the request may be on its way: the server has not looked at it all the same.
 */
export function isCertificateAlert(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (CERTIFICATE_ALERT.test(errorCodeOf(at) ?? '')) return true;
  }
  return false;
}
