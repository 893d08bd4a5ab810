import { SigningError } from '@signering/schema';
import { whatFailed, type FailedCall } from './failed-call.js';
import { whereServiceSaysWhy } from './refused-by-service.js';

/** MESSAGE_REFUSED: the service finds that the message breaks its schema (`SCHEMA_VALIDATION_ERROR`). Final. */
export class MessageRefusedError extends SigningError {
  constructor(call: FailedCall) {
    super(
      'MESSAGE_REFUSED',
      `${whatFailed(call)}the service finds that the message breaks its schema.${whereServiceSaysWhy(call)}` +
        ' It was valid by the schema of this version: look for a newer version.',
      false,
      call,
    );
  }
}
