import { sentence, SigningError, type SigningErrorOptions } from '@signering/schema';
import { inWords, type ApiOperation } from './operation.js';

/** What is known of a call that failed. */
export interface FailedCall extends SigningErrorOptions {
  readonly operation: ApiOperation;
}

/** `Creating the signature job failed (HTTP 403, NOT_AUTHORIZED)`: how each message of a failed call begins. */
function whatFailed({ operation, httpStatus, serviceErrorCode }: FailedCall): string {
  const words = inWords(operation);
  const answer = [httpStatus === undefined ? undefined : `HTTP ${httpStatus}`, serviceErrorCode];
  const known = answer.filter((part) => part !== undefined).join(', ');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)} failed${known === '' ? '' : ` (${known})`}: `;
}

/** Points from a message to the service's own explanation, which may name persons and so is kept out of it. */
function whereServiceSaysWhy({ serviceMessage }: FailedCall): string {
  return serviceMessage === undefined ? '' : " The error's serviceMessage holds its explanation.";
}

/** NOT_AUTHORIZED: the organisation has no access to the signature API. Final until Posten grants it. */
export class NotAuthorizedError extends SigningError {
  constructor(call: FailedCall) {
    super(
      'NOT_AUTHORIZED',
      `${whatFailed(call)}the organisation has no access to the signature API. Check that the certificate fits the environment (test or production), or ask Posten for access.`,
      call,
    );
  }
}

/** BROKER_NOT_AUTHORIZED: the organisation of the certificate has no right to send on behalf of this sender. Final until Posten grants it. */
export class BrokerNotAuthorizedError extends SigningError {
  constructor(call: FailedCall) {
    super(
      'BROKER_NOT_AUTHORIZED',
      `${whatFailed(call)}the organisation of the certificate may not send on behalf of this sender. Check the organisation number, or have Posten register you as the sender's broker.`,
      call,
    );
  }
}

/** CLIENT_CERTIFICATE_REFUSED: the server ended the TLS handshake with an alert about our certificate. Nothing was done. */
export class ClientCertificateRefusedError extends SigningError {
  constructor(call: FailedCall) {
    super(
      'CLIENT_CERTIFICATE_REFUSED',
      `${whatFailed(call)}the server refused our certificate in the TLS handshake. Check that it has not expired or been revoked, and that it fits the environment: test certificates for test, production certificates for production.`,
      call,
    );
  }
}

/**
 * CERTIFICATE_EXPIRED: our certificate has expired, or does within 5 seconds, by this machine's clock. Nothing was sent. The
 * call succeeds once the certificate is renewed.
 */
export class CertificateExpiredError extends SigningError {
  constructor(call: FailedCall & { readonly validTo: string }) {
    super(
      'CERTIFICATE_EXPIRED',
      `${whatFailed(call)}the enterprise certificate is valid until ${call.validTo} only, so nothing was sent. Replace its file; a running worker takes the new one.`,
      call,
    );
  }
}

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
      `${whatFailed(call)}the server is not the one that is trusted (${whatIsWrong}), so nothing was sent. Check the API address, the trusted certificates (SIGNERING_TRUSTED_CERTIFICATES) and the expected organisation number; if they are right, another server may intercept the connection.`,
      call,
    );
  }
}

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
      call,
    );
  }
}

/** The constructor's argument of {@link ServiceUnavailableError}. */
export interface ServiceUnavailableOptions extends FailedCall {
  /** What went wrong, such as `no connection within 10000 ms (ETIMEDOUT)`. */
  readonly whatHappened: string;
}

/**
 * SERVICE_UNAVAILABLE: the service or the way to it has a fault: 5xx, no connection, a connection that broke, no
 * answer in time. Try again with growing waits. Not for creating a job once the request was handed over: that is
 * CREATE_OUTCOME_UNKNOWN.
 */
export class ServiceUnavailableError extends SigningError {
  constructor({ whatHappened, ...call }: ServiceUnavailableOptions) {
    super(
      'SERVICE_UNAVAILABLE',
      `${sentence(`${whatFailed(call)}${whatHappened}`)} Try again later; if it stays so, check the API address and the network.`,
      call,
    );
  }
}

/** RATE_LIMITED: no call may be made now, either because the service has blocked the organisation for 30 seconds (over 10 calls a second), or because our own spacing of calls has no turn within reach. `facts.retryAfterMs` says how long to wait. Nothing was done. */
export class RateLimitedError extends SigningError {
  constructor(call: FailedCall) {
    super(
      'RATE_LIMITED',
      `${whatFailed(call)}the organisation makes too many calls at the moment. Try again after the given wait; if this happens often, lower this process' share of the calls.`,
      call,
    );
  }
}

/** POLLED_TOO_EARLY: the queue was polled before the next permitted poll time; `facts.retryAfterMs` is the wait until then. Not for too many calls a second: that is RATE_LIMITED. */
export class PolledTooEarlyError extends SigningError {
  constructor(call: FailedCall) {
    super(
      'POLLED_TOO_EARLY',
      `${whatFailed(call)}the queue was polled too early, perhaps because another process polls it too. Poll again after the given wait.`,
      call,
    );
  }
}

/** UNREADABLE_RESPONSE: a success whose content cannot be read. Not for the answer to creating a job: that is CREATE_OUTCOME_UNKNOWN. */
export class UnreadableResponseError extends SigningError {
  constructor(call: FailedCall) {
    super(
      'UNREADABLE_RESPONSE',
      `${whatFailed(call)}the service answered with something that cannot be read. Try again; if it stays so, the service speaks a newer language than this version understands, or the address leads to another server.`,
      call,
    );
  }
}

/**
 * REQUEST_REFUSED: any other answer that says the request is wrong (4xx, and redirects, which are not followed).
 * Final; `facts` hold the HTTP status and the service's code and type.
 */
export class RequestRefusedError extends SigningError {
  constructor(call: FailedCall) {
    super(
      'REQUEST_REFUSED',
      `${whatFailed(call)}the service refuses the request.${whereServiceSaysWhy(call)}` +
        ' The same request would be refused again: correct what it asks for.',
      call,
    );
  }
}

/** MESSAGE_REFUSED: the service finds that the message breaks its schema (`SCHEMA_VALIDATION_ERROR`). Final. */
export class MessageRefusedError extends SigningError {
  constructor(call: FailedCall) {
    super(
      'MESSAGE_REFUSED',
      `${whatFailed(call)}the service finds that the message breaks its schema.${whereServiceSaysWhy(call)}` +
        ' It was valid by the schema of this version: look for a newer version.',
      call,
    );
  }
}

/** CREATE_OUTCOME_UNKNOWN: the whole request was handed over and no readable success or refusal came back, so it is unknown whether there is a job. Repeating it could ask the signers twice. Not for failures before that: those are their own errors, and there is no job. */
export class CreateOutcomeUnknownError extends SigningError {
  constructor(call: FailedCall) {
    super(
      'CREATE_OUTCOME_UNKNOWN',
      `${whatFailed(call)}the request was sent, and no readable answer came back, so there may be a job now or not. Do not simply repeat it: watch the queue for a status change with this reference.`,
      call,
    );
  }
}

/**
 * DOCUMENT_PACKAGE_REFUSED: the service refuses the document package or its manifest (`ASICE_VALIDATION_FAILED`):
 * its signature, signing time, certificate or content. Final for this package.
 */
export class DocumentPackageRefusedError extends SigningError {
  /** The service's clock as it refused, in milliseconds since 1970. Absent: it gave none. */
  readonly servedAtMs?: number;

  constructor({ servedAtMs, ...call }: FailedCall & { readonly servedAtMs?: number }) {
    const where = whereServiceSaysWhy(call);
    super(
      'DOCUMENT_PACKAGE_REFUSED',
      `${whatFailed(call)}the service refuses the document package.${where} ` +
        "Check this machine's clock (5 seconds are allowed), the certificate, and the documents.",
      call,
    );
    if (servedAtMs !== undefined) this.servedAtMs = servedAtMs;
  }
}

/**
 * DOCUMENT_PACKAGE_OUTDATED: the package was sealed and sent several times, and each time more than 4 seconds passed
 * between its signing time and its last byte, or its refusal; or it was refused, and this machine's clock differs from the
 * service's by more than 4 seconds. The service accepts 5 seconds. There is no job.
 */
export class DocumentPackageOutdatedError extends SigningError {
  /** @param call with `clockOffMs` when this machine's clock is wrong: how far it is ahead, or below 0 behind, in milliseconds */
  constructor({ clockOffMs, ...call }: FailedCall & { readonly clockOffMs?: number }) {
    const seconds = Math.round(Math.abs(clockOffMs ?? 0) / 1000);
    super(
      'DOCUMENT_PACKAGE_OUTDATED',
      clockOffMs === undefined
        ? `${whatFailed(call)}the document package took too long to reach the service, so its signing time was too old each time. Try again after the given wait; if this happens often, this machine or its network is too slow for packages of this size.`
        : `${whatFailed(call)}this machine's clock is ${seconds} s ${clockOffMs > 0 ? 'ahead of' : 'behind'} the service's, and 5 seconds are allowed. Set the clock, and try again after the given wait.`,
      call,
    );
  }
}

/** JOB_NOT_CANCELLABLE: the job has ended, so it cannot be cancelled any more; its status change is in the queue. */
export class JobNotCancellableError extends SigningError {
  constructor(call: FailedCall) {
    super(
      'JOB_NOT_CANCELLABLE',
      `${whatFailed(call)}the job has already ended. Its final status change is in the queue, or was fetched already.`,
      call,
    );
  }
}

/** SIGNER_NOT_WAITING: the signer has signed or rejected, or the job has ended, so there is no fresh redirect URL. */
export class SignerNotWaitingError extends SigningError {
  constructor(call: FailedCall) {
    super(
      'SIGNER_NOT_WAITING',
      `${whatFailed(call)}the signer has finished, or the job has ended. Ask for the status of the job.`,
      call,
    );
  }
}

/** STATUS_QUERY_TOKEN_INVALID: the status query token does not belong to this job (direct flow). Final. */
export class StatusQueryTokenInvalidError extends SigningError {
  constructor(call: FailedCall) {
    super(
      'STATUS_QUERY_TOKEN_INVALID',
      `${whatFailed(call)}the status query token does not belong to this job. Use the token that came with the exit URL of this very job.`,
      call,
    );
  }
}

/** SIGNING_CEREMONY_NOT_COMPLETED: the status was requested before the signer came back (direct flow). Request it again later. */
export class SigningCeremonyNotCompletedError extends SigningError {
  constructor(call: FailedCall) {
    super(
      'SIGNING_CEREMONY_NOT_COMPLETED',
      `${whatFailed(call)}the signer has not come back from the signing ceremony yet. Ask again when the exit URL was visited.`,
      call,
    );
  }
}

/** INCOMPLETE_DOWNLOAD: a download ended before it was whole, or came to a standstill. What has arrived is of no use. */
export class IncompleteDownloadError extends SigningError {
  constructor(call: FailedCall) {
    super(
      'INCOMPLETE_DOWNLOAD',
      `${whatFailed(call)}the document did not arrive whole. Fetch it again; the service keeps it until the final confirmation.`,
      call,
    );
  }
}

/** The constructor's argument of {@link SignedDocumentTooLargeError}. */
export interface SignedDocumentTooLargeOptions extends FailedCall {
  /** The limit of this download, in bytes. */
  readonly limitBytes: number;
}

/**
 * SIGNED_DOCUMENT_TOO_LARGE: a download announced, or had, more bytes than its `maxBytes`. The connection was ended.
 * Not retryable: the service would send the same document again.
 */
export class SignedDocumentTooLargeError extends SigningError {
  constructor(call: SignedDocumentTooLargeOptions) {
    super(
      'SIGNED_DOCUMENT_TOO_LARGE',
      `${whatFailed(call)}the document is larger than the limit of ${call.limitBytes} bytes, so the download was ended. If the document is genuine, raise the limit and fetch it again; the service keeps it until the final confirmation.`,
      call,
    );
  }
}

/** LONG_TERM_DOCUMENT_NOT_FOUND: the service's long-term storage has no such document. Final. */
export class LongTermDocumentNotFoundError extends SigningError {
  constructor(call: FailedCall) {
    super(
      'LONG_TERM_DOCUMENT_NOT_FOUND',
      `${whatFailed(call)}the service has no such document in long-term storage. Check its id, and that the organisation has long-term storage.`,
      call,
    );
  }
}
