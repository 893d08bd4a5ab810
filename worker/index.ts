// The process that runs workflows and activities.
export { recoverJobs, type RecoverJobsOptions } from './recovery/recover-jobs.js';
export type { RecoveredJob } from './recovery/recovered-job.js';
export { runWorker, type RunWorkerOptions } from './run-worker.js';
export { createSigningWorker, type SigningWorkerOptions } from './signing-worker.js';
export { registerSearchAttributes } from './search-attributes.js';
export { createEmailWorker, type EmailWorkerOptions } from './email-worker.js';
export { createWebhookWorkers, type WebhookWorkersOptions } from './webhook-workers.js';
export { FAILURE_CONVERTER_PATH, WORKFLOW_BUNDLE_FILE } from './workflow-bundle.js';
