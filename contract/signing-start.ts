import type { DirectSigningInput } from './direct-signing.js';
import { TASK_QUEUE, type Flow } from './names.js';
import type { PortalSigningInput } from './portal-signing.js';
import { SIGNING_FLOW, SIGNING_ORGANIZATION, SIGNING_STATE } from './search-attributes.js';
import { signingWorkflowId } from './workflow-ids.js';

/**
 * Start options of the workflow of a claimed reference. A workflow that failed or was terminated can be started
 * again; it resumes from the ledger, so no signer is notified twice.
 */
export function signingStartOptionsOf(flow: Flow, input: PortalSigningInput | DirectSigningInput) {
  return {
    workflowId: signingWorkflowId(input.organizationNumber, input.reference),
    taskQueue: TASK_QUEUE,
    args: [input] as [PortalSigningInput | DirectSigningInput],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY' as const,
    typedSearchAttributes: [
      { key: SIGNING_FLOW, value: flow },
      { key: SIGNING_ORGANIZATION, value: input.organizationNumber },
      { key: SIGNING_STATE, value: 'CREATING' },
    ],
  };
}
