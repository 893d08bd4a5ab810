import type { WorkflowExecutionInfo } from '@temporalio/client';
import {
  SIGNING_DEADLINE,
  SIGNING_FLOW,
  SIGNING_JOB_ID,
  SIGNING_STATE,
  SIGNING_STATES,
  type SigningDescription,
} from '@signering/contract';

/** What Temporal's search attributes say of a job, during and after its workflow. */
export function searchedFactsOf(
  attributes: WorkflowExecutionInfo['typedSearchAttributes'],
): Pick<SigningDescription, 'flow' | 'state' | 'signatureJobId' | 'deadline'> {
  const signatureJobId = attributes.get(SIGNING_JOB_ID);
  const deadline = attributes.get(SIGNING_DEADLINE);
  const known = SIGNING_STATES.find((state) => state === attributes.get(SIGNING_STATE));
  return {
    flow: attributes.get(SIGNING_FLOW) === 'DIRECT' ? 'DIRECT' : 'PORTAL',
    state: known ?? 'CREATING',
    ...(signatureJobId !== undefined && { signatureJobId }),
    ...(deadline !== undefined && { deadline: deadline.toISOString() }),
  };
}
