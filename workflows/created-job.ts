/** The job at the service, once it is there. */
export interface CreatedJob {
  readonly signatureJobId: string;
  readonly cancellationUrl?: string;
  /** ISO 8601. */
  readonly createdAt: string;
  /** Direct flow, unless the status comes in a queue. */
  readonly statusUrl?: string;
  /** Direct flow, in the order of the request. */
  readonly signers?: readonly {
    readonly signer: number;
    readonly signerUrl: string;
    readonly redirectUrl: string;
  }[];
}
