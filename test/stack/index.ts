// What tests share: servers, a whole stack, and waiting for conditions.
export { freshFolder } from './run-folder.js';
export { createNamespace, ownTemporal, sharedTemporal } from './shared-temporal.js';
export { timeSkippingServerOptions } from './time-skipping.js';
export { waitFor, type WaitForOptions } from './wait-for.js';
