import type { ServiceError } from '../service-error.js';
import { requireChild, requireToken } from './element-content.js';
import { readRoot } from './xml-element.js';

/**
 * @throws UNREADABLE_XML
 * Spec: common.xsd, error.
 */
export function readServiceError(xml: string | Uint8Array): ServiceError {
  const root = readRoot(xml, 'error');
  return {
    errorCode: requireToken(root, 'error-code'),
    errorMessage: requireChild(root, 'error-message').text.trim(),
    errorType: requireChild(root, 'error-type').text.trim(),
  };
}
