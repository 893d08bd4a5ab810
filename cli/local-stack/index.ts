// The servers behind a stack on one machine: found or made, started, and ended again.
export { cacheFolder } from './cache-folder.js';
export { existingTemporalExecutable, findTemporalExecutable } from './temporal-executable.js';
export { existingTimeSkippingServer, findTimeSkippingServer } from './time-skipping-server.js';
