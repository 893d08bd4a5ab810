import type { JobIdentity } from './job-identity.js';
import type { LaterWord } from './later-words.js';
import type { Flow } from './names.js';
import { SIGNING_FLOW, SIGNING_ORGANIZATION } from './search-attributes.js';
import { erasureWorkflowId } from './workflow-ids.js';

/** The argument of the workflow `jobErasure`. */
export interface ErasureInput extends Omit<JobIdentity, 'flow'> {
  readonly version: 1;
  /** Identity of the storage that holds the job. */
  readonly storageId: string;
  readonly reason: string;
  /** The person's name or user name. Absent when the caller named none. */
  readonly by?: string;
}

/** Temporal's closed histories of an erased job. */
export interface ErasedHistories {
  readonly deleted: number;
  /** Workflows that still run, such as the delivery of webhooks: erase again when they have ended. */
  readonly running: number;
  /** Those that the namespace does not let the worker delete: they end with its retention. */
  readonly refused: number;
}

/** The result of the workflow `jobErasure`. */
export interface ErasureResult {
  readonly version: 1;
  /** ISO 8601. */
  readonly erasedAt: string;
  /** How many documents to sign were kept, because an open job or one with a legal hold needs them too. */
  readonly keptDocuments: number;
  /** Files that the store does not let anyone delete yet (S3 Object Lock). */
  readonly retained: readonly { readonly name: string; readonly until: string }[];
  readonly histories: ErasedHistories;
}

/** Start options of `jobErasure`, without the task queue: a second start for the same reference joins the running workflow. */
export function erasureOptionsOf(input: ErasureInput, flow: Flow | LaterWord) {
  const { organizationNumber, reference } = input;
  return {
    workflowId: erasureWorkflowId(organizationNumber, reference),
    // What was kept or retained can be erased later.
    workflowIdReusePolicy: 'ALLOW_DUPLICATE' as const,
    workflowIdConflictPolicy: 'USE_EXISTING' as const,
    args: [input],
    staticSummary: `Erases ${reference}`,
    typedSearchAttributes: [
      { key: SIGNING_FLOW, value: flow },
      { key: SIGNING_ORGANIZATION, value: organizationNumber },
    ],
  };
}
