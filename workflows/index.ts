// The signing processes. Their names are frozen: see contract.
export { directSigning } from './direct-signing.js';
export { duplicateSigning } from './duplicate-signing.js';
export { portalSigning } from './portal-signing.js';
export { statusQueue } from './status-queue.js';
