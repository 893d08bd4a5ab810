import { signingWorkflowId, type SigningState } from '@signering/contract';
import { inBatches } from './in-batches.js';
import type { JobSummary, RunningJobSummary } from './job-list.js';
import type { KnownJobs } from './known-jobs.js';
import { readableData } from './readable-data.js';
import { startedWorkflow } from './started-input.js';

/** The most jobs of a list whose details are read: two calls for each. */
export const DETAILED_JOBS_LIMIT = 100;

const OPEN_FOR_SIGNERS: readonly (SigningState | 'UNKNOWN')[] = ['WAITING_FOR_SIGNERS', 'OVERDUE'];

type Jobs = Pick<KnownJobs, 'temporal' | 'organizationNumber' | 'askWorker' | 'findEntry'>;

/** Adds to jobs of a list what only their workflows know; what cannot be read is absent. */
export class JobDetails {
  readonly #jobs: Jobs;
  #read = 0;
  #workersAnswer = true;

  constructor(jobs: Jobs) {
    this.#jobs = jobs;
  }

  /** Keeps the order. */
  addTo(summaries: readonly JobSummary[]): Promise<readonly JobSummary[]> {
    return inBatches(summaries, (job) => this.#detailed(job));
  }

  async #detailed(job: JobSummary): Promise<JobSummary> {
    if (this.#read >= DETAILED_JOBS_LIMIT) return job;
    this.#read += 1;
    const [title, signers] = await Promise.all([this.#titleOf(job), this.#signersOf(job)]);
    return { ...job, ...(title !== undefined && { title }), ...signers };
  }

  #titleOf({ reference, status }: JobSummary): Promise<string | undefined> {
    const { temporal, organizationNumber } = this.#jobs;
    return orAbsent(async () => {
      // Temporal may remember an erased job for a while.
      if (status !== 'RUNNING') await this.#jobs.findEntry(reference);
      const started = await temporal.call((client) =>
        startedWorkflow(client, signingWorkflowId(organizationNumber, reference)),
      );
      return started && readableData(await started.input(), 'the input', 'a client').job?.title;
    });
  }

  async #signersOf(job: JobSummary): Promise<Pick<RunningJobSummary, 'signers' | 'waitingFor'> | undefined> {
    if (job.status !== 'RUNNING' || !OPEN_FOR_SIGNERS.includes(job.state) || !this.#workersAnswer)
      return undefined;
    const described = await orAbsent(() => this.#jobs.askWorker(job.reference));
    // Each further question would take as long to stay without an answer.
    if (described === undefined) this.#workersAnswer = false;
    return described && { signers: described.signers, waitingFor: described.waitingFor };
  }
}

/** One job must not fail the page. The page itself fails where the caller's signal aborts, or Temporal is away. */
async function orAbsent<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch {
    return undefined;
  }
}
