import { WORKFLOW_TYPES } from './names.js';
import { retentionWorkflowId } from './workflow-ids.js';

/** The argument of the workflow `retention`. */
export interface RetentionInput {
  readonly version: 1;
  /** Identity of the storage whose files are removed. */
  readonly storageId: string;
  /** Only lists what a run would remove. @default false */
  readonly dryRun?: boolean;
}

/** The result of the workflow `retention`. */
export interface RetentionResult {
  readonly version: 1;
  readonly dryRun: boolean;
  /** Documents to sign. Absent: the workers have no setting for it. */
  readonly documents?: RetentionPart;
  /** The service's copies of archived jobs. Absent: the workers have no setting for it. */
  readonly serviceCopies?: RetentionPart;
  /** Jobs with archived documents. Absent: the workers have no setting for it. */
  readonly archive?: RetentionPart;
}

/** What a run did with one kind of files. */
export interface RetentionPart {
  /** From how many days on they are removed, as the workers are set. */
  readonly afterDays: number;
  /** How many it removed; in a dry run how many it would remove. */
  readonly removed: number;
  /** How many are old enough and stay because an open job needs them. */
  readonly inUse: number;
  /** How many are old enough and stay because of a legal hold. */
  readonly held: number;
  /** How many could not be removed; the log has the reason of each. */
  readonly refused: number;
  /** The run reached its limit: the next one continues. */
  readonly more: boolean;
  /** Why nothing more was removed: a problem that an operator must solve. */
  readonly stopped?: string;
  /** In a dry run: what would be removed, and what a hold keeps; at most 1,000. */
  readonly items?: readonly RetentionItem[];
}

/** A document or job, and what a run would do with it. */
export interface RetentionItem {
  readonly decision: 'REMOVE' | 'HELD';
  /** Of a document. */
  readonly sha256?: string;
  /** Of a document, in bytes. */
  readonly size?: number;
  /** The job whose archived documents or copies at the service it concerns. */
  readonly reference?: string;
  /** When the document was last put, or the job was archived; ISO 8601. */
  readonly since: string;
}

/** The most items of one kind in the result of a dry run. */
export const MOST_RETENTION_ITEMS = 1000;

/** Start options of `retention` on request, without the task queue: a second request joins the running workflow. */
export function retentionOptionsOf(input: RetentionInput, taskQueue: string) {
  return {
    workflowId: retentionWorkflowId(taskQueue, input.dryRun === true ? 'dry-run' : 'requested'),
    workflowIdReusePolicy: 'ALLOW_DUPLICATE' as const,
    workflowIdConflictPolicy: 'USE_EXISTING' as const,
    args: [input],
    staticSummary: RETENTION_SUMMARY,
  };
}

/** The action of the Schedule that runs retention. */
export function scheduledRetentionOf(input: RetentionInput, taskQueue: string) {
  return {
    type: 'startWorkflow' as const,
    workflowType: WORKFLOW_TYPES.retention,
    // Temporal appends the time.
    workflowId: retentionWorkflowId(taskQueue, 'scheduled'),
    taskQueue,
    args: [input],
    staticSummary: RETENTION_SUMMARY,
  };
}

const RETENTION_SUMMARY = 'Removes what the retention settings say';
