// What tests share: servers, a whole stack, and waiting for conditions.
export {
  withClearWorker,
  type ClearSigning,
  type ClearWorker,
  type ClearWorkerOptions,
} from './clear-worker.js';
export { freshStorage } from './fresh-storage.js';
export { openPaths } from './open-paths.js';
export { useQuietRuntime } from './quiet-runtime.js';
export { freshFolder, removeRunFolder } from './run-folder.js';
export { hold, releaseHolds, waitUntilHolding, type HeldOperation } from './sandbox-holds.js';
export { addSearchAttributes, createNamespace, ownTemporal, sharedTemporal } from './shared-temporal.js';
export { runSignering, type CommandResult } from './signering-command.js';
export { startTestStack, type TestStack, type TestStackOptions } from './test-stack.js';
export { startTimeSkipping } from './time-skipping.js';
export { waitFor, type WaitForOptions } from './wait-for.js';
