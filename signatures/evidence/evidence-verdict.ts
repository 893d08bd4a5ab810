import type { EvidenceFinding } from '@signering/schema';

/** Result of the examination of a signed document. */
export interface EvidenceVerdict {
  /**
   * INTACT: no rule applies. The deciding signatures match everything they cover; `proved` says how far documents,
   * signer and job are proved. NOT_CHECKED: only warnings apply. BROKEN: not evidence.
   */
  readonly result: 'INTACT' | 'NOT_CHECKED' | 'BROKEN';
  /** Every rule that applies, BROKEN ones first. Empty for INTACT. */
  readonly findings: readonly EvidenceFinding[];
  readonly proved: ProvedByEvidence;
  /** Every signature in the file, deciding ones first. */
  readonly signatures: readonly ExaminedSignature[];
}

/** What intact deciding signatures prove beyond their own integrity. */
export interface ProvedByEvidence {
  /** One for each sent document, in the order of `EvidenceContext.sent`. */
  readonly documents: readonly ProvedDocument[];
  /** Whether the signing certificate names the identity number of the expected signer. */
  readonly signer: boolean;
  /** Whether the file belongs to this job: a PAdES that embeds XAdES files, all of them fetched for the job. */
  readonly job: boolean;
}

/** Whether a sent document is proved to be the signed one. */
export interface ProvedDocument {
  /** The name in `EvidenceContext.sent`. */
  readonly name: string;
  /** Whether an intact deciding signature covers the digest of this document. */
  readonly digestOfSentDocument: boolean;
}

/** One signature in a signed document. */
export interface ExaminedSignature {
  /** Whether the verdict depends on it: no other signature covers or contains it. */
  readonly deciding: boolean;
  readonly form: 'XADES' | 'XML_DSIG' | 'CMS' | 'TIME_STAMP' | 'UNKNOWN';
  /** URI (XML) or object identifier (CMS) of the signature algorithm, if readable. */
  readonly algorithm?: string;
  readonly result: 'INTACT' | 'NOT_CHECKED' | 'BROKEN';
  /** Why the result is not INTACT; one sentence without personal data. */
  readonly reason?: string;
  /** Subject of the signing certificate: the attribute types, with only country and organisation number in clear. */
  readonly certificateSubject?: string;
  /**
   * COMPLETE: the certificates in the file lead from the signing certificate to a self-signed one. Trust in that root
   * is not examined.
   */
  readonly chain?: 'COMPLETE' | 'INCOMPLETE';
}
