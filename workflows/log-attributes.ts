import {
  workflowInfo,
  type GetLogAttributesInput,
  type Next,
  type WorkflowInterceptors,
  type WorkflowOutboundCallsInterceptor,
} from '@temporalio/workflow';
import { SIGNING_JOB_ID } from '@signering/contract';

type Outbound = WorkflowOutboundCallsInterceptor;

/** Adds the id of the job to each log line of its workflow, as soon as the job is created. */
class LogAttributes implements Outbound {
  getLogAttributes(
    input: GetLogAttributesInput,
    next: Next<Outbound, 'getLogAttributes'>,
  ): Record<string, unknown> {
    const signatureJobId = workflowInfo().typedSearchAttributes.get(SIGNING_JOB_ID);
    return next({ ...input, ...(signatureJobId !== undefined && { signatureJobId }) });
  }
}

/** Loaded into the workflow bundle by its path. */
export const interceptors = (): WorkflowInterceptors => ({ outbound: [new LogAttributes()] });
