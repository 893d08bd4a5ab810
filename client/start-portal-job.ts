import { createHash } from 'node:crypto';
import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import {
  SIGNING_FLOW,
  SIGNING_ORGANIZATION,
  SIGNING_STATE,
  signingWorkflowId,
  TASK_QUEUE,
  WORKFLOW_TYPES,
  type DocumentToSign,
  type PortalSigningInput,
} from '../contract/index.js';
import type { DocumentStore } from '../storage/index.js';
import type { PreparedDocument } from './request/read-documents.js';

/** A job that was handed over: from now on it goes on by itself. */
export interface StartedJob {
  readonly reference: string;
  /** For Temporal Web. */
  readonly workflowId: string;
  /** The same job had been handed in before; nothing was started a second time. */
  readonly existing: boolean;
}

/** What the workflow is told of a document: where its bytes will be in storage. */
export function referenceTo({ name, title, mediaType, content }: PreparedDocument): DocumentToSign {
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { sha256, size: content.byteLength, name, mediaType, title };
}

/** Puts documents into storage, where the worker finds them. @throws STORAGE_UNAVAILABLE (retryable) */
export async function storeDocuments(
  documents: readonly PreparedDocument[],
  store: DocumentStore,
): Promise<void> {
  for (const { name, mediaType, content } of documents) await store.put(content, { name, mediaType });
}

/**
 * Starts the workflow of a claimed reference, unless it runs or has ended with an outcome. One that failed or was
 * terminated is started anew and goes on where the ledger says that it stands: nobody is asked twice by that.
 */
export async function startSigningWorkflow(client: Client, input: PortalSigningInput): Promise<void> {
  try {
    await client.workflow.start(WORKFLOW_TYPES.portalSigning, {
      workflowId: signingWorkflowId(input.organizationNumber, input.reference),
      taskQueue: TASK_QUEUE,
      args: [input],
      workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
      workflowIdConflictPolicy: 'USE_EXISTING',
      typedSearchAttributes: new TypedSearchAttributes([
        { key: SIGNING_FLOW, value: 'PORTAL' },
        { key: SIGNING_ORGANIZATION, value: input.organizationNumber },
        { key: SIGNING_STATE, value: 'CREATING' },
      ]),
    });
  } catch (error) {
    // It has an outcome. The ledger has just said that the content is the same, so it is the job that was asked for.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
