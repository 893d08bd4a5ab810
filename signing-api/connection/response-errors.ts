import type { IncomingHttpHeaders } from 'node:http';
import { errorCodeOf, SigningError, type ServiceError } from '@signering/schema';
import {
  LongTermDocumentNotFoundError,
  BrokerNotAuthorizedError,
  ClientCertificateRefusedError,
  CreateOutcomeUnknownError,
  DocumentPackageRefusedError,
  type FailedCall,
  JobNotCancellableError,
  MessageRefusedError,
  NotAuthorizedError,
  PolledTooEarlyError,
  ProxyRefusedError,
  RateLimitedError,
  RequestRefusedError,
  ServerNotTrustedError,
  ServiceUnavailableError,
  SignerNotWaitingError,
  SigningCeremonyNotCompletedError,
  StatusQueryTokenInvalidError,
  UnreadableResponseError,
} from '../errors.js';
import type { ApiOperation } from '../operation.js';
import { ConnectionFailure, isCertificateAlert } from './connection-failure.js';
import { timeIn } from './service-clock.js';

// Only this file maps HTTP status, service error codes and network faults.

/** The service blocks an organisation that calls too often for 30 seconds. Spec: getting started, rate limits. */
const BLOCKED_FOR_MS = 30_000;

/** Header of the answer to too many calls. */
const BLOCKED_HEADER = 'dosfilter';

/** The service's explanation, for errors that keep it out of their message. */
type ServiceWords = Pick<FailedCall, 'serviceMessage'>;

/** An answer that is not a success. */
export interface RefusedAnswer {
  readonly operation: ApiOperation;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The wait until the queue may be polled again, in milliseconds, if the answer names it. */
  readonly nextPollInMs: number | undefined;
  /** The body, if it could be read. */
  readonly serviceError?: ServiceError;
}

/** Maps an answer that is not a success to an error. */
export function errorFromAnswer(answer: RefusedAnswer): SigningError {
  const { operation, status, headers, nextPollInMs, serviceError } = answer;
  const call: FailedCall = {
    operation,
    httpStatus: status,
    ...(serviceError && {
      serviceErrorCode: asName(serviceError.errorCode),
      serviceErrorType: asName(serviceError.errorType),
    }),
  };
  const serviceMessage = serviceError && withoutPersonalData(serviceError.errorMessage);
  const words: ServiceWords = serviceMessage === undefined ? {} : { serviceMessage };

  const named = errorNamedByService({ ...call, servedAtMs: timeIn(headers.date) }, words);
  if (named !== undefined) return named;
  if (status === 429) {
    const waitMs = BLOCKED_HEADER in headers ? undefined : nextPollInMs;
    return waitMs === undefined
      ? new RateLimitedError({ ...call, retryAfterMs: BLOCKED_FOR_MS })
      : new PolledTooEarlyError({ ...call, retryAfterMs: waitMs });
  }
  if (status === 409 && operation === 'cancel') return new JobNotCancellableError(call);
  if (status === 409 && operation === 'redirectUrl') return new SignerNotWaitingError({ ...call, ...words });
  if (status >= 400 && status < 500) return new RequestRefusedError({ ...call, ...words });
  // After a 5xx or an unexpected redirect the service may have created the job.
  if (operation === 'create') return new CreateOutcomeUnknownError(call);
  if (status < 400) return new RequestRefusedError({ ...call, ...words });
  return new ServiceUnavailableError({ ...call, whatHappened: 'the service reports an internal fault' });
}

/**
 * Maps by code regardless of the HTTP status: the status of authorisation and validation errors is not documented. The
 * service's words are left out where they may quote a certificate.
 */
function errorNamedByService(
  { servedAtMs, ...call }: FailedCall & { readonly servedAtMs: number | undefined },
  words: ServiceWords,
): SigningError | undefined {
  switch (call.serviceErrorCode ?? '') {
    case 'BROKER_NOT_AUTHORIZED':
      return new BrokerNotAuthorizedError(call);
    case 'NOT_AUTHORIZED':
      return new NotAuthorizedError(call);
    case 'INVALID_STATUS_QUERY_TOKEN':
      return new StatusQueryTokenInvalidError(call);
    case 'SIGNING_CEREMONY_NOT_COMPLETED':
      return new SigningCeremonyNotCompletedError(call);
    case 'ARCHIVED_DOCUMENT_NOT_FOUND':
      return new LongTermDocumentNotFoundError(call);
    case 'SCHEMA_VALIDATION_ERROR':
      return new MessageRefusedError({ ...call, ...words });
    case 'ASICE_VALIDATION_FAILED':
      return new DocumentPackageRefusedError({
        ...call,
        ...words,
        ...(servedAtMs !== undefined && { servedAtMs }),
      });
    default:
      return undefined;
  }
}

/** A call that got no answer. */
export interface FailedExchange {
  readonly operation: ApiOperation;
  readonly failure: unknown;
  /** Whether the service may have the whole request. */
  readonly handedOver: boolean;
}

/** Maps a transport failure to a SigningError. */
export function errorFromFailure({ operation, failure, handedOver }: FailedExchange): SigningError {
  if (failure instanceof SigningError) return failure;
  const call = { operation, cause: failure };
  if (failure instanceof ConnectionFailure) {
    switch (failure.reason) {
      case 'SERVER_NOT_TRUSTED':
        return new ServerNotTrustedError({ ...call, whatIsWrong: failure.message });
      case 'CERTIFICATE_REFUSED':
        return new ClientCertificateRefusedError(call);
      case 'PROXY_REFUSED':
        return new ProxyRefusedError({ ...call, whatHappened: failure.message });
      case 'UNREACHABLE':
      case 'TIMEOUT':
        return new ServiceUnavailableError({ ...call, whatHappened: failure.message });
    }
  }
  if (isCertificateAlert(failure)) return new ClientCertificateRefusedError(call);
  if (operation === 'create' && handedOver) return new CreateOutcomeUnknownError(call);
  const whatHappened = `the exchange with the service broke (${errorCodeOf(failure) ?? 'no code'})`;
  return new ServiceUnavailableError({ ...call, whatHappened });
}

/** Maps a success that cannot be read to an error. */
export function errorFromUnreadableAnswer(
  operation: ApiOperation,
  httpStatus: number,
  cause: unknown,
): SigningError {
  const call = { operation, httpStatus, cause };
  return operation === 'create' ? new CreateOutcomeUnknownError(call) : new UnreadableResponseError(call);
}

/** Codes and types are names. Any other text may be personal data. */
function asName(text: string): string {
  return /^[A-Za-z][A-Za-z_.-]{0,79}$/u.test(text) ? text : 'UNRECOGNISED';
}

const LONGEST = 300;

/** Words that stand beside a certificate's subject or serial number. */
const ABOUT_A_CERTIFICATE = /certificate|sertifikat|subject|serial|\bCN ?=|\bO ?=|\bOU ?=/iu;
const EMAIL_ADDRESS = /[^\s@<>"']+@[^\s@<>"']+/gu;
/** Telephone numbers, organisation numbers and national identity numbers, also when written in groups. */
const LONG_NUMBER = /\+?\d(?:[ .-]?\d){7,}/gu;

/**
 * The service's explanation for the `serviceMessage` of an error: without numbers and addresses of persons, cut short,
 * and left out where it may quote a certificate. Names of persons remain, so it is not fit for logs and messages.
 */
function withoutPersonalData(serviceMessage: string): string | undefined {
  if (ABOUT_A_CERTIFICATE.test(serviceMessage)) return undefined;
  const scrubbed = serviceMessage
    .replaceAll(/\s+/gu, ' ')
    .trim()
    .replaceAll(EMAIL_ADDRESS, '***')
    .replaceAll(LONG_NUMBER, '***');
  if (scrubbed === '') return undefined;
  return scrubbed.length > LONGEST ? `${scrubbed.slice(0, LONGEST)}…` : scrubbed;
}
