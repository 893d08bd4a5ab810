import type { EvidenceRuleId } from '@signering/schema';

/** A file of the job, by its digest. */
export interface KnownFile {
  /** A label without personal data, such as `document-1`; repeated in the verdict. */
  readonly name: string;
  /** Hexadecimal, lower case. */
  readonly sha256: string;
}

/** A document that was sent to be signed. */
export interface SentDocument extends KnownFile {
  /**
   * Computes another digest of the document, hexadecimal and in lower case, for a signature that does not use SHA-256.
   * Without it, and where it returns undefined, such a signature cannot be compared with the document, which is a
   * warning.
   */
  readonly digest?: (algorithm: 'sha384' | 'sha512') => Promise<string | undefined>;
}

/** What is known of the job that a signed document should belong to. What is absent is not compared. */
export interface EvidenceContext {
  /** All documents that were sent to be signed. */
  readonly sent?: readonly SentDocument[];
  /** Who should have signed a XAdES. */
  readonly signer?: { readonly personalIdentificationNumber: string };
  /**
   * XAdES files that were fetched from other URLs of the same job. For a PAdES: all of the job. Absent means unknown;
   * an empty list means that there are none.
   */
  readonly otherXades?: readonly KnownFile[];
  /** BROKEN rules that only warn. @default none */
  readonly warnOnly?: ReadonlySet<EvidenceRuleId>;
}
