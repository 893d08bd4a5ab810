import type { Flow } from './names.js';

/** The workflow of a signature job: the sender's organisation number and reference are its identity. */
export function signingWorkflowId(organizationNumber: string, reference: string): string {
  return `signing/${organizationNumber}/${reference}`;
}

/** What settles a second job that an attempt in doubt has made. */
export function duplicateSigningWorkflowId(organizationNumber: string, signatureJobId: string): string {
  return `signing-duplicate/${organizationNumber}/${signatureJobId}`;
}

/** What deletes the service's documents of an archived job. */
export function documentDeletionWorkflowId(organizationNumber: string, reference: string): string {
  return `document-deletion/${organizationNumber}/${reference}`;
}

/** The one poller of an organisation's queue in a flow. */
export function statusQueueWorkflowId(organizationNumber: string, flow: Flow, pollingQueue: string): string {
  return `status-queue/${organizationNumber}/${flow}/${pollingQueue}`;
}
