// A job written on the command line or in a JSON file.
export { inWordsOfTheCommandLine } from './command-line-words.js';
export type { JobRequest } from './job-file.js';
export { readJobRequest, type AskedJob, type RequestOptions } from './job-request.js';
