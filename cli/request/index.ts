// A job written on the command line or in a JSON file.
export { inCommandLineTerms } from './command-line-words.js';
export type { JobRequest } from './job-file.js';
export { readJobRequest, type RequestedJob, type RequestOptions } from './job-request.js';
