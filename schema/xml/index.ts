// The second door of schema: reading, writing and validating XML. Workflows do not use it.
export { InvalidMessageError } from './invalid-message-error.js';
export { SIGNATURE_NAMESPACE } from './namespace.js';
export { readPortalSignatureJobRequest, readPortalSignatureJobResponse } from './read-portal-job.js';
export { readPortalSignatureJobManifest } from './read-portal-manifest.js';
export { readPortalStatusChange } from './read-portal-status-change.js';
export { readServiceError } from './read-service-error.js';
export { UnreadableXmlError } from './unreadable-xml-error.js';
export { validateMessage } from './validate-message.js';
export { writePortalSignatureJobRequest, writePortalSignatureJobResponse } from './write-portal-job.js';
export { writePortalSignatureJobManifest } from './write-portal-manifest.js';
export { writePortalStatusChange } from './write-portal-status-change.js';
export { writeServiceError } from './write-service-error.js';
