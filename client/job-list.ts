import type { Flow, OpenState, SignerProgress, SigningOutcome } from '@signering/contract';
import type { CallOptions } from './call-options.js';
import { TemporalError } from './errors.js';
import { inBatches } from './in-batches.js';
import { isOpenState } from './job-description.js';
import { JobDetails } from './job-details.js';
import { readJobFilter, type JobFilter } from './job-filter.js';
import { readPage, type ListedExecution } from './job-pages.js';
import type { KnownJobs } from './known-jobs.js';
import { readOutcome } from './known-words.js';
import { searchedFactsOf } from './searched-facts.js';

/** What every job of a list has: what Temporal can search by, hence nothing personal. */
export interface ListedJob {
  readonly reference: string;
  readonly flow: Flow | 'UNKNOWN';
  /** The flow as it was written, when this version does not know it. */
  readonly flowText?: string;
  readonly signatureJobId?: string;
  /** When the process started, ISO 8601, UTC with milliseconds. */
  readonly startedAt: string;
  /** With `details`: the title that signers see, where this process has the key of the job's input. */
  readonly title?: string;
  /** The state as it was written, when this version does not know it. */
  readonly stateText?: string;
}

/** A job of a list that has no outcome yet. */
export interface RunningJobSummary extends ListedJob {
  readonly status: 'RUNNING';
  readonly state: OpenState | 'UNKNOWN';
  /** When the time to sign runs out for the signers who can sign now, ISO 8601. Absent until the job is created. */
  readonly deadline?: string;
  /** With `details`, where a worker answers. Absent for jobs that wait for no signer. */
  readonly signers?: readonly SignerProgress[];
  /** With `details`: numbers of the signers who can sign now and have not. Present with `signers`. */
  readonly waitingFor?: readonly number[];
  /** Set if no worker can decrypt the job's input, which blocks it: names the workflow and the key id. */
  readonly keyMismatch?: string;
}

/** A job of a list that has an outcome. */
export interface EndedJobSummary extends ListedJob {
  readonly status: 'ENDED';
  /** How the job ended; the same word as `state`. */
  readonly outcome: SigningOutcome | 'UNKNOWN';
  /** The outcome as it was written, when this version does not know it. */
  readonly outcomeText?: string;
  readonly state: SigningOutcome | 'UNKNOWN';
  /** When the process ended, ISO 8601. */
  readonly endedAt: string;
}

/** A job of a list whose process failed, or was terminated, before it had an outcome. `getJob` gives its `failure`. */
export interface ProcessFailedJobSummary extends ListedJob {
  readonly status: 'PROCESS_FAILED';
  /** What the process did last. */
  readonly state: OpenState | 'UNKNOWN';
  /** When the time to sign runs out at the service, where the job was created. */
  readonly deadline?: string;
  /** When the process failed, ISO 8601. */
  readonly endedAt: string;
}

/** A job in a list. Branch on `status`, as of a `JobDescription`. */
export type JobSummary = RunningJobSummary | EndedJobSummary | ProcessFailedJobSummary;

/** The argument of `SigningClient.listAllJobs`. Absent members select all jobs. */
export interface ListAllJobsOptions extends JobFilter, CallOptions {
  /** Adds `title`, `signers` and `waitingFor` to the first 100 jobs, which takes two calls for each. @default false */
  readonly details?: boolean | undefined;
}

/** The argument of `SigningClient.listJobs`. */
export interface ListJobsOptions extends ListAllJobsOptions {
  /** The most jobs of the page: 1 to 1000. @default 100 */
  readonly limit?: number | undefined;
  /** Continues where an earlier page ended: its `cursor`, with the same filter. @default the first page */
  readonly cursor?: string | undefined;
}

/** One page of `SigningClient.listJobs`. */
export interface JobPage {
  /** May be fewer than `limit`, also when more follow. */
  readonly jobs: readonly JobSummary[];
  /** For the next page. Absent: this is the last one. */
  readonly cursor?: string;
}

/** The most jobs of a list of which it is checked whether a worker can decrypt their input: one call for each. */
const MOST_CHECKED = 100;

const PAGE_SIZE = 100;

type Jobs = Pick<
  KnownJobs,
  'temporal' | 'organizationNumber' | 'unreadable' | 'askWorker' | 'findEntry' | 'handleOf'
>;

/** The jobs that Temporal remembers. The list lags behind by a moment. */
export class JobList {
  readonly #jobs: Jobs;
  readonly #options: Omit<ListAllJobsOptions, keyof CallOptions>;
  readonly #details: JobDetails;
  #checked = 0;

  constructor(jobs: Jobs, options: Omit<ListAllJobsOptions, keyof CallOptions>) {
    this.#jobs = jobs;
    this.#options = options;
    this.#details = new JobDetails(jobs);
  }

  /** As `SigningClient.listJobs`. */
  async page({
    limit = PAGE_SIZE,
    cursor,
  }: Pick<ListJobsOptions, 'limit' | 'cursor'> = {}): Promise<JobPage> {
    const conditions = readJobFilter({ ...this.#options, limit });
    const found = await readPage(this.#jobs, { conditions, limit, cursor });
    const jobs = await inBatches(found.executions, (execution) => this.#summaryOf(execution));
    const listed = jobs.filter((job) => job !== undefined).filter((job) => this.#isSelected(job));
    return {
      jobs: this.#options.details === true ? await this.#details.addTo(listed) : listed,
      ...(found.cursor !== undefined && { cursor: found.cursor }),
    };
  }

  /** What Temporal cannot search by: the ledger's outcome, and whether an input can be read. */
  #isSelected(job: JobSummary): boolean {
    const { statuses, view } = this.#options;
    if (statuses !== undefined && !statuses.includes(job.status)) return false;
    if (view === 'UNREADABLE') return job.status === 'RUNNING' && job.keyMismatch !== undefined;
    return view !== 'NOT_ARCHIVED' || job.status !== 'ENDED';
  }

  /** Undefined for a run that a later one has replaced. */
  async #summaryOf(execution: ListedExecution): Promise<JobSummary | undefined> {
    const { reference, status, attributes, startedAt, endedAt = startedAt } = execution;
    const { state, stateText, deadline, ...facts } = searchedFactsOf(attributes);
    const listed = { reference, startedAt, ...facts };
    if (status === 'ENDED') return { ...listed, status, endedAt, ...endedStateOf(stateText ?? state) };
    const open = {
      ...listed,
      // Temporal may know the outcome a moment before it knows that the workflow has ended.
      state: isOpenState(state) ? state : ('CONFIRMING' as const),
      ...(stateText !== undefined && { stateText }),
      ...(deadline !== undefined && { deadline }),
    };
    if (status === 'RUNNING') return this.#withKeyMismatch({ ...open, status });
    if (await this.#isReplaced(execution)) return undefined;
    const outcome = await this.#settledOutcomeOf(reference);
    return outcome === undefined
      ? { ...open, status, endedAt }
      : { ...listed, status: 'ENDED', endedAt, ...endedStateOf(outcome) };
  }

  /** Later than at its start, a job has such an input only if a key was removed too early: the view UNREADABLE finds it. */
  async #withKeyMismatch(job: RunningJobSummary): Promise<RunningJobSummary> {
    if (this.#options.view !== 'UNREADABLE') {
      if (job.state !== 'CREATING' || this.#checked >= MOST_CHECKED) return job;
      this.#checked += 1;
    }
    const problem = await unlessOfOneJob(() => this.#jobs.unreadable(job.reference));
    return problem === undefined ? job : { ...job, keyMismatch: problem.message };
  }

  /** The same job was sent again after its process had failed: Temporal lists both runs. */
  async #isReplaced({ reference, runId }: ListedExecution): Promise<boolean> {
    const { temporal } = this.#jobs;
    const newest = await unlessOfOneJob(() =>
      temporal.call((client) => this.#jobs.handleOf(client, reference).describe()),
    );
    return newest !== undefined && newest.runId !== runId;
  }

  /** A job is archived before it is confirmed: if its process failed between the two, it has an outcome. */
  async #settledOutcomeOf(reference: string): Promise<string | undefined> {
    return (await unlessOfOneJob(() => this.#jobs.findEntry(reference)))?.settled?.outcome;
  }
}

/** One job must not fail the page: what cannot be read of it is absent. @throws when Temporal cannot be used */
async function unlessOfOneJob<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof TemporalError) throw error;
    return undefined;
  }
}

function endedStateOf(
  word: string,
): Pick<EndedJobSummary, 'outcome' | 'outcomeText' | 'state' | 'stateText'> {
  const { outcome, outcomeText } = readOutcome(word);
  return {
    outcome,
    state: outcome,
    ...(outcomeText !== undefined && { outcomeText, stateText: outcomeText }),
  };
}
