import type {
  AmbiguousCreate,
  ArchivedDocument,
  Flow,
  JobIdentity,
  LaterWord,
  SignerProgress,
  SigningOutcome,
} from '@signering/contract';

/**
 * `receipt.json`: documents sent and received, and the actions of signers and operators. Holds no national identity
 * number. Names operators who accepted a document.
 */
export interface Receipt extends Omit<JobIdentity, 'flow'> {
  readonly version: 1;
  readonly signatureJobId: string;
  readonly flow: Flow | LaterWord;
  readonly outcome: SigningOutcome | LaterWord;
  readonly signers: readonly SignerProgress[];
  /** Digests of the documents sent. A duplicate's receipt has no file names, because the ledger does not hold them. */
  readonly sent: readonly { readonly name?: string; readonly sha256: string; readonly size: number }[];
  /** Digests of the signed documents, with their check results. */
  readonly received: readonly ArchivedDocument[];
  /** ISO 8601. */
  readonly createdAt: string;
  readonly ambiguousCreate?: AmbiguousCreate;
}
