// A job as it is written on the command line.
export { inWordsOfTheCommandLine } from './command-line-words.js';
export { readDirectRequest } from './direct-request.js';
export { readPortalRequest } from './portal-request.js';
export type { WrittenRequest } from './written-request.js';
