import { SigningError } from '@signering/schema';
import { whatFailed, type FailedCall } from './failed-call.js';
import { whereServiceSaysWhy } from './refused-by-service.js';

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
      false,
      call,
    );
  }
}
