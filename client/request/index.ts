// How a request is read, for the packages of this project that look at one without sending it. Not a public interface:
// docs/api-style.md lists those.
export { prepareDirectJob, type PreparedDirectJob } from './prepare-direct-job.js';
export { preparePortalJob, type PreparedPortalJob } from './prepare-portal-job.js';
export type { PreparedDocument } from './read-documents.js';
