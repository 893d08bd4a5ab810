import { type Client, isGrpcServiceError, NamespaceNotFoundError, type Payload } from '@temporalio/client';
import { GRPC_STATUS, signingWorkflowId } from '@signering/contract';
import { cursorOf, positionIn } from './job-cursor.js';
import type { JobDescription } from './job-description.js';
import { ofOrganization } from './job-filter.js';
import type { KnownJobs } from './known-jobs.js';

/** One run of a signing workflow, as Temporal lists it. */
export interface ListedExecution {
  readonly reference: string;
  readonly runId: string;
  readonly status: JobDescription['status'];
  readonly attributes: Readonly<Record<string, Payload>>;
  /** ISO 8601, UTC with milliseconds. */
  readonly startedAt: string;
  readonly endedAt?: string;
}

/** The argument of {@link readPage}. */
export interface PageOptions {
  readonly conditions: readonly string[];
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/**
 * Reads one page: Temporal's position in the list is in the cursor, so no process keeps it.
 * @throws INVALID_REQUEST for a cursor of another list
 */
export async function readPage(
  { temporal, organizationNumber }: Pick<KnownJobs, 'temporal' | 'organizationNumber'>,
  { conditions, limit, cursor }: PageOptions,
): Promise<{ readonly executions: readonly ListedExecution[]; readonly cursor?: string }> {
  const query = [...conditions, ofOrganization(organizationNumber)].join(' AND ');
  const position = cursor === undefined ? undefined : positionIn(cursor, query);
  const { executions, nextPageToken } = await temporal.call((client) =>
    listExecutions(client, { query, pageSize: limit, nextPageToken: position ?? null }),
  );
  const prefix = signingWorkflowId(organizationNumber, '');
  return {
    executions: executions.map((execution) => ({
      reference: (execution.execution?.workflowId ?? '').slice(prefix.length),
      runId: execution.execution?.runId ?? '',
      status: STATUSES[execution.status ?? 0] ?? 'PROCESS_FAILED',
      attributes: execution.searchAttributes?.indexedFields ?? {},
      startedAt: momentOf(execution.startTime) ?? '',
      ...optionalMoment(execution.closeTime),
    })),
    ...(nextPageToken.length > 0 && { cursor: cursorOf(nextPageToken, query) }),
  };
}

type ListRequest = Parameters<Client['workflowService']['listWorkflowExecutions']>[0];

async function listExecutions(client: Client, request: ListRequest) {
  const { namespace } = client.options;
  try {
    return await client.workflowService.listWorkflowExecutions({ ...request, namespace });
  } catch (error) {
    const code: number | undefined = isGrpcServiceError(error) ? error.code : undefined;
    if (code === GRPC_STATUS.NOT_FOUND) throw new NamespaceNotFoundError(namespace);
    throw error;
  }
}

/**
 * RUNNING and COMPLETED, and PAUSED (8), from which an operator lets a workflow go on. Every other status is that of a
 * workflow without a result. Spec: temporal.api.enums.v1.WorkflowExecutionStatus.
 */
const STATUSES: Readonly<Partial<Record<number, ListedExecution['status']>>> = {
  1: 'RUNNING',
  2: 'ENDED',
  8: 'RUNNING',
};

/** A Protobuf timestamp; seconds are a `Long`. */
interface Timestamp {
  readonly seconds?: { toString(): string } | null;
  readonly nanos?: number | null;
}

function momentOf(time: Timestamp | null | undefined): string | undefined {
  if (time == null) return undefined;
  const ms = Number(time.seconds ?? 0) * 1000 + Math.floor((time.nanos ?? 0) / 1_000_000);
  return new Date(ms).toISOString();
}

function optionalMoment(closeTime: Timestamp | null | undefined): Pick<ListedExecution, 'endedAt'> {
  const endedAt = momentOf(closeTime);
  return endedAt === undefined ? {} : { endedAt };
}
