import type {
  AmbiguousCreate,
  ArchivedDocument,
  JobIdentity,
  SignerProgress,
  SigningOutcome,
} from '@signering/contract';

/** `receipt.json`: what was sent, what came back, who did what. Holds no national identity number; an operator who accepted a document is named. */
export interface Receipt extends JobIdentity {
  readonly version: 1;
  readonly signatureJobId: string;
  readonly outcome: SigningOutcome;
  readonly signers: readonly SignerProgress[];
  /** Digests of what was sent. The receipt of a duplicate has no file names: the ledger does not hold them. */
  readonly sent: readonly { readonly name?: string; readonly sha256: string; readonly size: number }[];
  /** Digests of what came back, and what the checks found. */
  readonly received: readonly ArchivedDocument[];
  /** ISO 8601. */
  readonly createdAt: string;
  readonly ambiguousCreate?: AmbiguousCreate;
}
