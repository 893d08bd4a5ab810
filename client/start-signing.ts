import {
  type Client,
  type WorkflowStartOptions,
  WorkflowExecutionAlreadyStartedError,
} from '@temporalio/client';
import {
  signingStartOptionsOf,
  WORKFLOW_TYPES,
  type DirectSigningInput,
  type Flow,
  type PortalSigningInput,
  type SigningOutcome,
} from '@signering/contract';
import type { PdfFacts } from '@signering/document-package/inspection';
import type { PreparedDocument } from './request/read-documents.js';
import { demandSameJob } from './same-job.js';

/** A started job, which continues without the caller. */
export interface StartedJob {
  readonly reference: string;
  /** For Temporal Web. */
  readonly workflowId: string;
  /** The same job was sent before. If its process had failed, it was started again. */
  readonly existing: boolean;
  /** How the job has ended. Absent while it is open, and until its signed documents are archived. */
  readonly outcome?: SigningOutcome | 'UNKNOWN';
  /** The outcome as it was written, when this version does not know it. */
  readonly outcomeText?: string;
  /** What was found in the documents, in the order of the request. */
  readonly documents: readonly SentDocument[];
}

/** A document as it was handed over. */
export interface SentDocument {
  /** The file name under which the service gets it. */
  readonly name: string;
  /** PDF version, PDF/A claim and deviations from the standard. Absent for other types. */
  readonly pdf?: PdfFacts;
}

/** Describes the documents of a prepared request for the caller. */
export function sentDocumentsOf(documents: readonly PreparedDocument[]): readonly SentDocument[] {
  return documents.map(({ name, pdf }) => (pdf === undefined ? { name } : { name, pdf }));
}

/** How the workflow of a claimed reference is started. */
export function startOptionsOf(
  flow: Flow,
  {
    input,
    taskQueue,
  }: { readonly input: PortalSigningInput | DirectSigningInput; readonly taskQueue: string },
) {
  return { ...signingStartOptionsOf(flow, input), taskQueue } as const satisfies WorkflowStartOptions;
}

/**
 * Starts the workflow of a portal job, unless it runs or has ended with an outcome.
 * @throws REFERENCE_IN_USE, STORAGE_MISMATCH (retryable), KEY_MISMATCH
 */
export async function startPortalSigning(
  client: Client,
  { input, taskQueue }: { readonly input: PortalSigningInput; readonly taskQueue: string },
): Promise<void> {
  try {
    await client.workflow.start(WORKFLOW_TYPES.portalSigning, startOptionsOf('PORTAL', { input, taskQueue }));
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    // The workflow runs or has an outcome, and stays. It may be the one of another job.
    await demandSameJob(client, input);
  }
}
