// A whole stack on one machine: Temporal, the sandbox and a worker.
export { startStack, type Stack, type StackOptions } from './stack/stack.js';
