import type { EvidenceRuleId } from '@signering/schema';

/** A file of the job, identified by its digest. */
export interface KnownFile {
  /** A label without personal data, such as `document-1`; used in the verdict. */
  readonly name: string;
  /** Hexadecimal, lower case. */
  readonly sha256: string;
}

/** A document of the signature job. */
export interface SentDocument extends KnownFile {
  /**
   * Computes another digest of the document, lower-case hexadecimal, for a signature that does not use SHA-256. If it
   * is absent or returns undefined, such a signature cannot be compared with the document, which is a warning.
   */
  readonly digest?: (algorithm: 'sha384' | 'sha512') => Promise<string | undefined>;
}

/** Facts about the job of a signed document. Absent facts are not compared. */
export interface EvidenceContext {
  /** All documents of the signature job. */
  readonly sent?: readonly SentDocument[];
  /** The expected signer of a XAdES. */
  readonly signer?: { readonly personalIdentificationNumber: string };
  /**
   * XAdES files from other URLs of the same job; for a PAdES, all XAdES files of the job. Absent means unknown; an
   * empty list means none.
   */
  readonly otherXades?: readonly KnownFile[];
  /** BROKEN rules that only warn. @default none */
  readonly warnOnly?: ReadonlySet<EvidenceRuleId>;
}
