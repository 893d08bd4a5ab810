import type { Flow } from './names.js';

/** The workflow of a signature job, identified by the sender's organisation number and reference. */
export function signingWorkflowId(organizationNumber: string, reference: string): string {
  return `signing/${organizationNumber}/${reference}`;
}

/** The workflow that sends the jobs of a batch. */
export function batchWorkflowId(organizationNumber: string, reference: string): string {
  return `signing-batch/${organizationNumber}/${reference}`;
}

/** The workflow that withdraws, archives and confirms a second job, which an ambiguous attempt created. */
export function duplicateSigningWorkflowId(organizationNumber: string, signatureJobId: string): string {
  return `signing-duplicate/${organizationNumber}/${signatureJobId}`;
}

/** The workflow that deletes the service's documents of an archived job. */
export function documentDeletionWorkflowId(organizationNumber: string, reference: string): string {
  return `document-deletion/${organizationNumber}/${reference}`;
}

/** The workflow that erases an ended job. */
export function erasureWorkflowId(organizationNumber: string, reference: string): string {
  return `job-erasure/${organizationNumber}/${reference}`;
}

/** A run of retention for the workers of a task queue. */
export function retentionWorkflowId(taskQueue: string, run: 'scheduled' | 'requested' | 'dry-run'): string {
  return `retention/${taskQueue}/${run}`;
}

/** The Schedule that runs retention for the workers of a task queue. */
export function retentionScheduleId(taskQueue: string): string {
  return `retention/${taskQueue}`;
}

/** The poller of an organisation's queue in a flow. */
export function statusQueueWorkflowId(organizationNumber: string, flow: Flow, pollingQueue: string): string {
  return `status-queue/${organizationNumber}/${flow}/${pollingQueue}`;
}

/** The workflow that delivers the webhooks of a job. */
export function webhookDeliveryWorkflowId(organizationNumber: string, reference: string): string {
  return `webhook-delivery/${organizationNumber}/${reference}`;
}

/** The workflow that sends emails about a job to the person who made it. */
export function jobEmailsWorkflowId(organizationNumber: string, reference: string): string {
  return `job-emails/${organizationNumber}/${reference}`;
}

/** The workflow that runs while a receiver of webhooks is disabled, for the workers of a task queue. */
export function webhookSwitchWorkflowId(taskQueue: string, receiver: string): string {
  return `webhook-disabled/${taskQueue}/${receiver}`;
}
