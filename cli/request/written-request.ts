/** What a command line says about a job, in either flow. */
export interface WrittenRequest {
  readonly files: readonly string[];
  readonly title: string;
  readonly signer: readonly string[];
  /** The direct flow: signers come from the sender's own web site. */
  readonly direct?: boolean;
  readonly reference?: string;
  readonly queue?: string;
  readonly availableFor?: string;
  readonly activateAt?: string;
  /** Serves as each of the three that is not given. */
  readonly exitUrl?: string;
  readonly completionUrl?: string;
  readonly rejectionUrl?: string;
  readonly errorUrl?: string;
  readonly polling?: boolean;
}
