// A whole stack on one machine: Temporal, the sandbox and a worker. And the servers that tests run against.
export { findTemporalExecutable } from './processes/temporal-executable.js';
export { findTimeSkippingServer } from './processes/time-skipping-server.js';
export { startStack, type Stack, type StackOptions } from './stack/stack.js';
