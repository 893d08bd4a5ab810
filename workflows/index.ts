// The signing processes. Their names are frozen: see contract.
export { portalSigning } from './portal-signing.js';
export { statusQueue } from './status-queue.js';
