// A whole stack on one machine: Temporal, the sandbox and a worker.
export { DEV_ENV_FILE, readEnvFile, writeEnvFile } from './env-file.js';
export { startStack, type Stack, type StackOptions } from './stack.js';
