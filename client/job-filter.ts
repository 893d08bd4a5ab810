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

/** Selects jobs of a list. A job must match every member that is present. */
export interface JobFilter {
  /** Only jobs in one of these states. A job whose process failed counts with its last state. */
  readonly states?: readonly SigningState[] | undefined;
  /** Only jobs of this flow. */
  readonly flow?: Flow | undefined;
  /** Only jobs that ended later than this, ISO 8601 with an offset, such as the time of the last nightly run. */
  readonly endedAfter?: string | undefined;
  /** Only jobs whose process failed or was terminated before they had an outcome. @default false */
  readonly failed?: boolean | undefined;
}

/** Every workflow status that leaves a job without a result. */
const FAILED_STATUSES = ['Failed', 'Terminated', 'Canceled', 'TimedOut'];
const ENDED_STATUSES = ['Completed', ...FAILED_STATUSES];

const MOST_OF_A_PAGE = 1000;

// The values become part of a query, so callers without types must not pass other text.
const WITH_OFFSET = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/u;

/**
 * The conditions of a list in Temporal's query language, without the organisation.
 * @throws INVALID_REQUEST naming every mistake
 */
export function readJobFilter(filter: JobFilter & { readonly limit: number }): readonly string[] {
  const { states, flow, endedAfter, failed } = filter;
  const problems = problemsOf(filter);
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
      : [`CloseTime > '${new Date(endedAfter).toISOString()}'`, `ExecutionStatus ${among(ENDED_STATUSES)}`]),
    ...(failed === true ? [`ExecutionStatus ${among(FAILED_STATUSES)}`] : []),
  ];
}

/** The condition that keeps the jobs of organisations apart. */
export function ofOrganization(organizationNumber: string): string {
  return `${SIGNING_ORGANIZATION.name} = '${organizationNumber}'`;
}

function problemsOf({
  states,
  flow,
  endedAfter,
  failed,
  limit,
}: JobFilter & { readonly limit: number }): readonly Problem[] {
  const areStates =
    states === undefined || (Array.isArray(states) && states.length > 0 && states.every(isState));
  const isTime =
    endedAfter === undefined || (WITH_OFFSET.test(endedAfter) && !Number.isNaN(Date.parse(endedAfter)));
  return [
    ...(areStates ? [] : [problem('states', `must be a list of ${SIGNING_STATES.join(', ')}`)]),
    ...(flow === undefined || FLOWS.includes(flow) ? [] : [problem('flow', 'must be PORTAL or DIRECT')]),
    ...(isTime
      ? []
      : [problem('endedAfter', 'must be ISO 8601 with an offset such as 2026-03-01T09:00:00+01:00')]),
    ...(failed === undefined || typeof failed === 'boolean'
      ? []
      : [problem('failed', 'must be true or false')]),
    ...(Number.isInteger(limit) && limit >= 1 && limit <= MOST_OF_A_PAGE
      ? []
      : [problem('limit', `must be a whole number from 1 to ${MOST_OF_A_PAGE}`)]),
  ];
}

function isState(word: unknown): boolean {
  return SIGNING_STATES.some((state) => state === word);
}

function problem(path: string, message: string): Problem {
  return { path, message };
}

function among(words: readonly string[]): string {
  return `IN (${words.map((word) => `'${word}'`).join(', ')})`;
}
