import type { ServiceError } from '../service-error.js';
import { writeMessage } from './message-writer.js';

/**
 * The body of an error response; used by the sandbox.
 * @throws INVALID_MESSAGE
 * Spec: common.xsd, error.
 */
export function writeServiceError({ errorCode, errorMessage, errorType }: ServiceError): string {
  return writeMessage('error', (root) => {
    root
      .element('error-code', errorCode)
      .element('error-message', errorMessage)
      .element('error-type', errorType);
  });
}
