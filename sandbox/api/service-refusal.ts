import { writeServiceError } from '@signering/schema/xml';
import type { ApiAnswer } from './api-call.js';
import { SERVICE_ERRORS, type ServiceErrorCode } from './service-errors.js';

/**
 * Thrown by an operation to respond with an error body. Its codes are those of the service, not of `SigningError`, and
 * it is never thrown outside of the sandbox.
 */
export class ServiceRefusal extends Error {
  readonly status: number;
  readonly errorCode: ServiceErrorCode;

  constructor(errorCode: ServiceErrorCode, message: string) {
    super(message);
    this.name = 'ServiceRefusal';
    this.status = SERVICE_ERRORS[errorCode];
    this.errorCode = errorCode;
  }
}

/** Spec: common.xsd, error. */
export function answerRefusal({ status, errorCode, message }: ServiceRefusal): ApiAnswer {
  const errorType = status >= 500 ? 'SERVER' : 'CLIENT';
  return {
    status,
    headers: { 'content-type': 'application/xml' },
    body: Buffer.from(writeServiceError({ errorCode, errorMessage: message, errorType })),
    errorCode,
  };
}

/** The path does not exist, or its job was deleted. */
export function notFound(): ServiceRefusal {
  return new ServiceRefusal('NOT_FOUND', 'This resource does not exist, or was deleted.');
}
