import type { Flow } from './names.js';

/** The workflow of a signature job: the sender's organisation number and reference are its identity. */
export function signingWorkflowId(organizationNumber: string, reference: string): string {
  return `signing/${organizationNumber}/${reference}`;
}

/** The one poller of an organisation's queue in a flow. */
export function statusQueueWorkflowId(organizationNumber: string, flow: Flow, pollingQueue: string): string {
  return `status-queue/${organizationNumber}/${flow}/${pollingQueue}`;
}
