// The first job of `signering first-run`, and what is recorded of it.
export { demandReplaceable, evidenceOf, writeEvidence } from './evidence-file.js';
export { firstRequest } from './first-request.js';
export { followToEvidence } from './follow-to-evidence.js';
export { archivedFilesOf, suspectFilesOf, type Returned } from './returned-files.js';
export { demandTestService, serviceOf } from './service-name.js';
export { readSigner } from './read-signer.js';
