import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import {
  SIGNING_ORGANIZATION,
  SIGNING_STATE,
  SIGNING_STATES,
  signingWorkflowId,
  WORKFLOW_TYPES,
  type Flow,
  type SignerProgress,
  type SigningState,
} from '@signering/contract';
import { InvalidInputError } from '@signering/schema';
import type { CallOptions } from './call-options.js';
import type { JobDescription } from './job-description.js';
import type { KnownJobs } from './known-jobs.js';
import { searchedFactsOf } from './searched-facts.js';

/** A job in a list: what Temporal can search by, hence nothing personal. */
export interface JobSummary {
  readonly reference: string;
  readonly flow: Flow;
  /** As in {@link JobDescription}: PROCESS_FAILED when its process failed or was terminated before it had an outcome. */
  readonly status: JobDescription['status'];
  /** The outcome of a job that has ENDED; otherwise the last state. */
  readonly state: SigningState;
  readonly signatureJobId?: string;
  /** ISO 8601, as the other times. */
  readonly deadline?: string;
  readonly startedAt: string;
  readonly endedAt?: string;
  /** With `details`: the title that signers see, where this process has the key of the job's input. */
  readonly title?: string;
  /** With `details`: the signers who may sign now and have not, where a worker answers. */
  readonly waitingFor?: readonly SignerProgress[];
  /** Set if no worker can decrypt the job's input, which blocks it: names the workflow and the key id. */
  readonly keyMismatch?: string;
}

/** The most jobs of a list of which it is checked whether a worker can decrypt their input: one call for each. */
const MOST_CHECKED = 100;

/** Adds {@link JobSummary.keyMismatch} to a job that stands at its start; a later one has been decrypted. */
class UnreadableJobs {
  readonly #jobs: Pick<KnownJobs, 'unreadable'>;
  #checked = 0;

  constructor(jobs: Pick<KnownJobs, 'unreadable'>) {
    this.#jobs = jobs;
  }

  async mark(job: JobSummary): Promise<JobSummary> {
    if (job.state !== 'CREATING' || job.status !== 'RUNNING' || this.#checked >= MOST_CHECKED) return job;
    this.#checked += 1;
    const problem = await this.#jobs.unreadable(job.reference);
    return problem === undefined ? job : { ...job, keyMismatch: problem.message };
  }
}

/** The argument of `SigningClient.listJobs`. */
export interface ListJobsOptions extends CallOptions {
  /** Only jobs in this state. @default all */
  readonly state?: SigningState;
  /** Adds `title` and `waitingFor` to the first 100 jobs, which takes two calls for each. @default false */
  readonly details?: boolean;
}

/** Lists the jobs that Temporal remembers, the newest first. The list lags behind by a moment. */
export async function* listJobs(
  jobs: Pick<KnownJobs, 'temporal' | 'organizationNumber' | 'unreadable'>,
  options: Pick<ListJobsOptions, 'state'>,
): AsyncGenerator<JobSummary> {
  const { temporal, organizationNumber } = jobs;
  const listed = searchJobs(temporal.client, organizationNumber, options);
  const unreadable = new UnreadableJobs(jobs);
  for (;;) {
    const next = await temporal.call(() => listed.next());
    if (next.done === true) return;
    yield await unreadable.mark(next.value);
  }
}

async function* searchJobs(
  client: Client,
  organizationNumber: string,
  { state }: Pick<ListJobsOptions, 'state'>,
): AsyncGenerator<JobSummary> {
  // The state becomes part of a query, so callers without types must not pass other text.
  if (state !== undefined && !SIGNING_STATES.includes(state)) {
    const message = `must be one of ${SIGNING_STATES.join(', ')}`;
    throw new InvalidInputError('INVALID_REQUEST', 'The jobs cannot be listed', [{ path: 'state', message }]);
  }
  const conditions = [
    `WorkflowType IN ('${WORKFLOW_TYPES.portalSigning}', '${WORKFLOW_TYPES.directSigning}')`,
    `${SIGNING_ORGANIZATION.name} = '${organizationNumber}'`,
    ...(state === undefined ? [] : [`${SIGNING_STATE.name} = '${state}'`]),
  ];
  for await (const execution of client.workflow.list({ query: conditions.join(' AND ') })) {
    yield summaryOf(execution, organizationNumber);
  }
}

function summaryOf(execution: WorkflowExecutionInfo, organizationNumber: string): JobSummary {
  const { workflowId, status, startTime, closeTime, typedSearchAttributes: attributes } = execution;
  return {
    reference: workflowId.slice(signingWorkflowId(organizationNumber, '').length),
    status: JOB_STATUSES[status.name] ?? 'PROCESS_FAILED',
    ...searchedFactsOf(attributes),
    startedAt: startTime.toISOString(),
    ...(closeTime === undefined ? {} : { endedAt: closeTime.toISOString() }),
  };
}

/** By the status of the workflow; every other one ended without a result. */
const JOB_STATUSES: Readonly<Partial<Record<string, JobSummary['status']>>> = {
  RUNNING: 'RUNNING',
  COMPLETED: 'ENDED',
};
