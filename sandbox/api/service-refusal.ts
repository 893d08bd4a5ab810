import { writeServiceError } from '@signering/schema/xml';
import type { ApiAnswer } from './api-call.js';
import { SERVICE_ERRORS, type ServiceErrorCode } from './service-errors.js';

/**
 * Thrown by an operation to answer with an error body. It never leaves the sandbox as an error of the product: its
 * codes are the service's own, not those of `SigningError`.
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

/** The path leads to nothing, or to nothing any more. */
export function notFound(): ServiceRefusal {
  return new ServiceRefusal('NOT_FOUND', 'There is nothing here, or nothing any more.');
}
