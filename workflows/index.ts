// The signing processes. Their names are frozen: see contract.
export { batchSending } from './batch-sending.js';
export { directSigning } from './direct-signing.js';
export { documentDeletion } from './document-deletion.js';
export { duplicateSigning } from './duplicate-signing.js';
export { jobEmails } from './job-emails.js';
export { jobErasure } from './job-erasure.js';
export { portalSigning } from './portal-signing.js';
export { retention } from './retention.js';
export { statusQueue } from './status-queue.js';
export { webhookDelivery } from './webhook-delivery.js';
export { webhookSwitch } from './webhook-switch.js';
