import type { JobIdentity } from './job-identity.js';
import type { LaterWord } from './later-words.js';
import type { Flow } from './names.js';
import { SIGNING_FLOW, SIGNING_ORGANIZATION } from './search-attributes.js';
import { documentDeletionWorkflowId } from './workflow-ids.js';

/** The argument of the workflow `documentDeletion`. */
export interface DocumentDeletionInput extends Omit<JobIdentity, 'flow'> {
  readonly version: 1;
  /** Identity of the storage whose archive holds the documents. */
  readonly storageId: string;
}

/** The result of the workflow `documentDeletion`: the service has deleted its documents of the job. */
export interface DocumentDeletionResult {
  readonly version: 1;
  readonly signatureJobId: string;
  /** When the service had deleted them, ISO 8601. */
  readonly deletedAt: string;
}

/** Start options of `documentDeletion`, without the task queue: a second start for the same reference joins the running workflow. */
export function documentDeletionOptionsOf(input: DocumentDeletionInput, flow: Flow | LaterWord) {
  const { organizationNumber, reference } = input;
  return {
    workflowId: documentDeletionWorkflowId(organizationNumber, reference),
    // A deletion that failed, for example because it was too early, can be ordered again.
    workflowIdReusePolicy: 'ALLOW_DUPLICATE' as const,
    workflowIdConflictPolicy: 'USE_EXISTING' as const,
    args: [input],
    staticSummary: `Deletes the service's documents of ${reference}`,
    typedSearchAttributes: [
      { key: SIGNING_FLOW, value: flow },
      { key: SIGNING_ORGANIZATION, value: organizationNumber },
    ],
  };
}
