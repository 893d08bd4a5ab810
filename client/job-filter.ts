import {
  FLOWS,
  SIGNING_FLOW,
  SIGNING_ORGANIZATION,
  SIGNING_STATE,
  SIGNING_STATES,
  WORKFLOW_TYPES,
  type Flow,
  type SigningState,
} from '@signering/contract';
import { InvalidInputError, type Problem } from '@signering/schema';
import type { JobDescription } from './job-description.js';
import { conditionOfView, JOB_VIEWS, type JobView } from './job-views.js';

/** Selects jobs of a list. A job must match every member that is present. */
export interface JobFilter {
  /** Only jobs in one of these states. A job whose process failed counts with its last state. */
  readonly states?: readonly SigningState[] | undefined;
  /** Only jobs of this flow. */
  readonly flow?: Flow | undefined;
  /**
   * Only jobs that ended later than this, such as the time of the last nightly run: a `Date`, or ISO 8601 with an offset.
   */
  readonly endedAfter?: Date | string | undefined;
  /** Only jobs with one of these statuses. PROCESS_FAILED: the process failed or was terminated before it had an outcome. */
  readonly statuses?: readonly JobStatus[] | undefined;
  /** Only jobs of this view, for operators. */
  readonly view?: JobView | undefined;
}

type JobStatus = JobDescription['status'];

const JOB_STATUSES: readonly JobStatus[] = ['RUNNING', 'ENDED', 'PROCESS_FAILED'];

/** Every workflow status that leaves a workflow without a result. */
const FAILED_STATUSES = ['Failed', 'Terminated', 'Canceled', 'TimedOut'];
const CLOSED_STATUSES = ['Completed', ...FAILED_STATUSES];

const MOST_OF_A_PAGE = 1000;

// The values become part of a query, so callers without types must not pass other text.
const WITH_OFFSET = /^(\d{4})-(\d{2})-(\d{2})T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/u;

/** Members of the argument of a list. An unknown one of a caller without types would select nothing. */
const MEMBERS: readonly string[] = [
  ...['states', 'flow', 'endedAfter', 'statuses', 'view'],
  ...['limit', 'cursor', 'details', 'signal', 'timeoutMs'],
];

/**
 * The conditions of a list in Temporal's query language, without the organisation.
 * @throws INVALID_REQUEST naming every mistake
 */
export function readJobFilter(filter: JobFilter & { readonly limit: number }): readonly string[] {
  const { states, flow, endedAfter, statuses, view } = filter;
  const unknown = Object.keys(filter).filter((name) => !MEMBERS.includes(name));
  const problems = [
    ...problemsOf(filter),
    ...unknown.map((name) => problem(name, `is not known; a list has ${MEMBERS.join(', ')}`)),
  ];
  if (problems.length > 0) {
    throw new InvalidInputError('INVALID_REQUEST', 'The jobs cannot be listed', problems);
  }
  return [
    `WorkflowType ${among([WORKFLOW_TYPES.portalSigning, WORKFLOW_TYPES.directSigning])}`,
    ...(states === undefined ? [] : [`${SIGNING_STATE.name} ${among(states)}`]),
    ...(flow === undefined ? [] : [`${SIGNING_FLOW.name} = '${flow}'`]),
    // Where Temporal's store is a SQL database, open workflows count as closed at the end of time.
    ...(endedAfter === undefined
      ? []
      : [`CloseTime > '${new Date(endedAfter).toISOString()}'`, `ExecutionStatus ${among(CLOSED_STATUSES)}`]),
    ...(statuses === undefined ? [] : conditionsOfStatuses(statuses)),
    ...(view === undefined ? [] : [conditionOfView(view)]),
  ];
}

/** Of the workflow: a job that was settled before its process failed has ENDED. */
function conditionsOfStatuses(statuses: readonly JobStatus[]): readonly string[] {
  const closed = statuses.includes('ENDED')
    ? CLOSED_STATUSES
    : statuses.includes('PROCESS_FAILED')
      ? FAILED_STATUSES
      : [];
  if (!statuses.includes('RUNNING')) return [`ExecutionStatus ${among(closed)}`];
  // Not every Temporal server knows the status of a paused workflow, which counts as running.
  return CLOSED_STATUSES.filter((status) => !closed.includes(status)).map(
    (status) => `ExecutionStatus != '${status}'`,
  );
}

/** The condition that keeps the jobs of organisations apart. */
export function ofOrganization(organizationNumber: string): string {
  return `${SIGNING_ORGANIZATION.name} = '${organizationNumber}'`;
}

function problemsOf({
  states,
  flow,
  endedAfter,
  statuses,
  view,
  limit,
}: JobFilter & { readonly limit: number }): readonly Problem[] {
  return [
    ...problemsOfWords('states', states, SIGNING_STATES),
    ...problemsOfWords('statuses', statuses, JOB_STATUSES),
    ...(flow === undefined || FLOWS.includes(flow) ? [] : [problem('flow', 'must be PORTAL or DIRECT')]),
    ...(endedAfter === undefined || isMoment(endedAfter)
      ? []
      : [
          problem(
            'endedAfter',
            'must be a Date, or ISO 8601 with an offset such as 2026-03-01T09:00:00+01:00',
          ),
        ]),
    ...(view === undefined || JOB_VIEWS.includes(view)
      ? []
      : [problem('view', `must be one of ${JOB_VIEWS.join(', ')}`)]),
    ...(Number.isInteger(limit) && limit >= 1 && limit <= MOST_OF_A_PAGE
      ? []
      : [problem('limit', `must be a whole number from 1 to ${MOST_OF_A_PAGE}`)]),
  ];
}

function problemsOfWords(path: string, words: unknown, known: readonly string[]): readonly Problem[] {
  const isKnown = (word: unknown): boolean => known.some((one) => one === word);
  const areKnown = Array.isArray(words) && words.length > 0 && words.every(isKnown);
  return words === undefined || areKnown ? [] : [problem(path, `must be a list of ${known.join(', ')}`)];
}

/** JavaScript takes 30 February for 2 March. */
function isMoment(moment: Date | string): boolean {
  if (Number.isNaN(Number(new Date(moment)))) return false;
  if (moment instanceof Date) return true;
  const [, year, month, day] = WITH_OFFSET.exec(moment) ?? [];
  return (
    day !== undefined &&
    new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() === Number(day)
  );
}

function problem(path: string, message: string): Problem {
  return { path, message };
}

function among(words: readonly string[]): string {
  return `IN (${words.map((word) => `'${word}'`).join(', ')})`;
}
