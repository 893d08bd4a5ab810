import { SigningError } from '../../schema/index.js';
import { whatFailed } from './failed-call.js';
import { saidByService, type RefusedCall } from './refused-by-service.js';

/** MESSAGE_REFUSED: the service finds that the message breaks its schema (`SCHEMA_VALIDATION_ERROR`). Final. */
export class MessageRefusedError extends SigningError {
  constructor({ serviceMessage, ...call }: RefusedCall) {
    super(
      'MESSAGE_REFUSED',
      `${whatFailed(call)}the service finds that the message breaks its schema.${saidByService(serviceMessage)}` +
        ' It was valid by the schema of this version: look for a newer version.',
      false,
      call,
    );
  }
}
