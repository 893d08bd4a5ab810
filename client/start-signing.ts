import {
  type Client,
  type WorkflowStartOptions,
  WorkflowExecutionAlreadyStartedError,
} from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import {
  SIGNING_FLOW,
  SIGNING_ORGANIZATION,
  SIGNING_STATE,
  signingWorkflowId,
  TASK_QUEUE,
  WORKFLOW_TYPES,
  type DirectSigningInput,
  type Flow,
  type PortalSigningInput,
} from '../contract/index.js';
import { demandSameJob } from './same-job.js';

/** A job that was handed over: from now on it goes on by itself. */
export interface StartedJob {
  readonly reference: string;
  /** For Temporal Web. */
  readonly workflowId: string;
  /** The same job had been handed in before; nothing was started a second time. */
  readonly existing: boolean;
}

/**
 * How the workflow of a claimed reference is started, unless it runs or has ended with an outcome. One that failed or
 * was terminated is started anew and goes on where the ledger says that it stands: nobody is asked twice by that.
 */
export function startOptionsOf(flow: Flow, input: PortalSigningInput | DirectSigningInput) {
  return {
    workflowId: signingWorkflowId(input.organizationNumber, input.reference),
    taskQueue: TASK_QUEUE,
    args: [input],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
    workflowIdConflictPolicy: 'USE_EXISTING',
    typedSearchAttributes: new TypedSearchAttributes([
      { key: SIGNING_FLOW, value: flow },
      { key: SIGNING_ORGANIZATION, value: input.organizationNumber },
      { key: SIGNING_STATE, value: 'CREATING' },
    ]),
  } as const satisfies WorkflowStartOptions;
}

/**
 * Starts the workflow of a portal job, unless it runs or has ended with an outcome.
 * @throws REFERENCE_IN_USE, STORAGE_MISMATCH (retryable), KEY_MISMATCH
 */
export async function startPortalSigning(client: Client, input: PortalSigningInput): Promise<void> {
  try {
    await client.workflow.start(WORKFLOW_TYPES.portalSigning, startOptionsOf('PORTAL', input));
  } catch (error) {
    // It has an outcome.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
  await demandSameJob(client, input);
}
