import {
  isGrpcServiceError,
  QueryNotRegisteredError,
  type WorkflowExecutionDescription,
} from '@temporalio/client';
import { signingWorkflowId, type JobMetadata, type SigningDescription } from '@signering/contract';
import { SigningError } from '@signering/schema';
import type { SigningFailedError } from './errors.js';
import { isOpenState, type ProcessFailedJob } from './job-description.js';
import { readableData } from './readable-data.js';
import { searchedFactsOf } from './searched-facts.js';
import { startedWorkflow } from './started-input.js';
import type { TemporalConnection } from './temporal-connection.js';

type Answer = Omit<SigningDescription, 'version'>;

/** Where jobs are looked up. */
interface Jobs {
  readonly organizationNumber: string;
  readonly temporal: TemporalConnection;
  askWorker(reference: string): Promise<Answer>;
}

/** The third argument of {@link describeFailedProcess}. */
export interface FailedProcess {
  readonly reference: string;
  readonly execution: WorkflowExecutionDescription;
}

/**
 * The last state of a failed or terminated process. Without a worker, Temporal's search attributes and the workflow's input
 * have what they can: a worker reads signers, steps and decisions from the history.
 */
export async function describeFailedProcess(
  jobs: Jobs,
  { failure }: SigningFailedError,
  { reference, execution: { raw, startTime, closeTime } }: FailedProcess,
): Promise<ProcessFailedJob> {
  const { organizationNumber } = jobs;
  const searched = searchedFactsOf(raw.workflowExecutionInfo?.searchAttributes?.indexedFields ?? {});
  const [answer, metadata] = await Promise.all([
    lastAnswer(jobs, reference),
    metadataOfInput(jobs, reference),
  ]);
  const last = answer ?? {
    organizationNumber,
    reference,
    startedAt: startTime.toISOString(),
    signers: [],
    steps: [],
    ...(metadata !== undefined && { metadata }),
  };
  // What an operator had to decide is over.
  const {
    state,
    needsOperator: _,
    waitingFor: __,
    deletionAlarm: ___,
    ...facts
  } = {
    needsOperator: undefined,
    deletionAlarm: undefined,
    waitingFor: undefined,
    ...searched,
    ...last,
  };
  return {
    ...facts,
    status: 'PROCESS_FAILED',
    state: isOpenState(state) ? state : 'CREATING',
    endedAt: (closeTime ?? startTime).toISOString(),
    failure,
  };
}

/** Undefined where there are none, and where this process cannot read the input. */
async function metadataOfInput(
  { organizationNumber, temporal }: Jobs,
  reference: string,
): Promise<JobMetadata | undefined> {
  const workflowId = signingWorkflowId(organizationNumber, reference);
  const started = await temporal.call((client) => startedWorkflow(client, workflowId));
  try {
    return (
      started && readableData(await started.input(), `the input of ${workflowId}`, 'a client').job?.metadata
    );
  } catch {
    // Another key, version or encoding, or no input: that may be why the process failed.
    return undefined;
  }
}

/** What a worker says of a closed workflow; undefined where none answers, or none can replay its history. */
async function lastAnswer(jobs: Jobs, reference: string): Promise<Answer | undefined> {
  try {
    return await jobs.askWorker(reference);
  } catch (error) {
    if (error instanceof SigningError && error.code === 'VERSION_NOT_SUPPORTED') throw error;
    const isAnswer =
      error instanceof SigningError || error instanceof QueryNotRegisteredError || isGrpcServiceError(error);
    if (isAnswer) return undefined;
    throw error;
  }
}
