import type { DirectSigningInput } from './direct-signing.js';
import { TASK_QUEUE, type Flow } from './names.js';
import type { PortalSigningInput } from './portal-signing.js';
import { SIGNING_FLOW, SIGNING_ORGANIZATION, SIGNING_STATE } from './search-attributes.js';
import { signingWorkflowId } from './workflow-ids.js';

/**
 * How the workflow of a claimed reference is started, unless it has ended with an outcome. One that failed or was
 * terminated is started anew and goes on where the ledger says that it stands: no signer is asked twice by that.
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
