import type { DirectSigningInput, PortalSigningInput } from '../contract/index.js';
import type { LedgerEntry } from '../storage/index.js';

/** A job of either flow. */
export type JobToCreate =
  | ({ readonly flow: 'PORTAL' } & Omit<PortalSigningInput, 'version'>)
  | ({ readonly flow: 'DIRECT' } & Omit<DirectSigningInput, 'version'>);

/** What the ledger keeps of a job that was created. */
export type CreatedJob = NonNullable<LedgerEntry['created']>;
