import type { Flow } from './names.js';

/** What identifies a job here, from the request to the receipt: a sender uses each reference for one job. */
export interface JobIdentity {
  readonly flow: Flow;
  /** The sender's organisation number, nine digits. */
  readonly organizationNumber: string;
  /** The sender's own name for the job. */
  readonly reference: string;
}
