import type { PortalStatusChange } from '@signering/schema';
import type { DocumentRef } from './documents.js';
import type { JobIdentity } from './job-identity.js';
import {
  SIGNING_FLOW,
  SIGNING_JOB_ID,
  SIGNING_ORGANIZATION,
  SIGNING_REFERENCE,
} from './search-attributes.js';
import { duplicateSigningWorkflowId } from './workflow-ids.js';

/** The argument of the workflow `duplicateSigning`, which receives the portal flow's signal `statusChange`. */
export interface DuplicateSigningInput extends Omit<JobIdentity, 'flow'> {
  readonly version: 1;
  readonly pollingQueue: string;
  /** The job that was settled under the reference: the duplicate is archived in its folder. */
  readonly settledJob: {
    readonly signatureJobId: string;
    /** ISO 8601. */
    readonly createdAt: string;
  };
  readonly signatureJobId: string;
  /** As in the input of the reference's workflow. */
  readonly contentDigest: string;
  /** The documents of the request, in its order; identical in every job of the reference. */
  readonly sent: readonly Pick<DocumentRef, 'mediaType' | 'sha256' | 'size'>[];
  /** As in the input of the reference's workflow. */
  readonly storageId?: string;
  /** The worker has receivers of webhooks: the workflow publishes events. Absent: it has none. */
  readonly webhooks?: true;
  /** The duplicate's status when this workflow started. Absent: it arrives as a signal. */
  readonly change?: PortalStatusChange;
}

/** Start options of `duplicateSigning`. The reference's workflow or the poller starts one for each second job. */
export function duplicateSigningOptionsOf(input: DuplicateSigningInput) {
  const { organizationNumber, reference, signatureJobId } = input;
  return {
    workflowId: duplicateSigningWorkflowId(organizationNumber, signatureJobId),
    // A confirmed change that is delivered again is archived and confirmed again.
    workflowIdReusePolicy: 'ALLOW_DUPLICATE' as const,
    args: [input],
    staticSummary: `Withdraws and archives a duplicate of ${reference}`,
    typedSearchAttributes: [
      { key: SIGNING_FLOW, value: 'PORTAL' },
      { key: SIGNING_ORGANIZATION, value: organizationNumber },
      { key: SIGNING_JOB_ID, value: signatureJobId },
      { key: SIGNING_REFERENCE, value: reference },
    ],
  };
}
