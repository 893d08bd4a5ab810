import type { PortalStatusChange } from '../schema/index.js';

/** The argument of the workflow `duplicateSigning`. It takes the signal `statusChange` of the portal flow. */
export interface DuplicateSigningInput {
  readonly version: 1;
  readonly organizationNumber: string;
  readonly reference: string;
  readonly pollingQueue: string;
  /** The job that was settled under the reference: the duplicate is archived in its folder. */
  readonly settledJob: {
    readonly signatureJobId: string;
    /** ISO 8601. */
    readonly createdAt: string;
  };
  readonly signatureJobId: string;
  /** What was known of the duplicate when this began; absent: it comes as a signal. */
  readonly change?: PortalStatusChange;
}
