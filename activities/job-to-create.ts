import type { DirectSigningInput, PortalSigningInput } from '@signering/contract';
import type { LedgerEntry } from '@signering/storage';

/** A job of either flow. */
export type JobToCreate =
  | ({ readonly flow: 'PORTAL' } & Omit<PortalSigningInput, 'version'>)
  | ({ readonly flow: 'DIRECT' } & Omit<DirectSigningInput, 'version'>);

/** A job that was created. */
export type CreatedJob = Omit<NonNullable<LedgerEntry['created']>, 'signers' | 'redirectUrls'> & {
  /** Direct flow, in the order of the request. */
  readonly signers?: readonly {
    /** Counts from 1. */
    readonly signer: number;
    /** Where a fresh redirect URL is requested. */
    readonly signerUrl: string;
    /** The first one. */
    readonly redirectUrl: string;
  }[];
};
