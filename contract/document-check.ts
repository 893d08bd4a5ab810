// Result of the check of a signed document: the verdict of `docs/evidence.md`, as receipts and results record it.

/** The severities of a finding. */
export const FINDING_SEVERITIES = ['BROKEN', 'WARNING'] as const;
/** The results of a check. */
export const CHECK_RESULTS = ['INTACT', 'NOT_CHECKED', 'BROKEN'] as const;

/** One rule that applies to a signed document. Spec: https://github.com/signering-workflows/signering-workflows/blob/main/docs/evidence.md */
export interface DocumentFinding {
  /** The rule's id. Later releases may add rules. */
  readonly rule: string;
  /**
   * BROKEN: the document is not evidence unless an operator accepts it. WARNING: the document is usable, and its
   * result is NOT_CHECKED. UNKNOWN: a later version wrote the word in `severityText`.
   */
  readonly severity: (typeof FINDING_SEVERITIES)[number] | 'UNKNOWN';
  /** The severity as it was written, when this version does not know it. */
  readonly severityText?: string;
  /** One sentence without personal data. */
  readonly reason: string;
}

/** What intact signatures prove beyond their own integrity. */
export interface DocumentProof {
  /** One for each sent document, in the order of the request. */
  readonly documents: readonly {
    /** `document-1` … */
    readonly name: string;
    /** Whether an intact signature covers the digest of this document. */
    readonly digestOfSentDocument: boolean;
  }[];
  /** Whether the signing certificate names the identity number of the signer in the request. */
  readonly signer: boolean;
  /** Whether the file belongs to this job. */
  readonly job: boolean;
}

/** One signature in a signed document. */
export interface DocumentSignature {
  /** Whether the result depends on it: no other signature covers or contains it. */
  readonly deciding: boolean;
  /** Such as `XADES` or `CMS`. */
  readonly form: string;
  /** The signature algorithm, as URI or object identifier. */
  readonly algorithm?: string;
  readonly result: DocumentCheck['result'];
  /** The result as it was written, when this version does not know it. */
  readonly resultText?: string;
  /** Why the result is not INTACT; one sentence without personal data. */
  readonly reason?: string;
  /** Subject of the signing certificate, masked. */
  readonly certificateSubject?: string;
  /** Whether the certificates in the file lead to a self-signed one. */
  readonly chain?: string;
}

/** Result of the check of one signed document. */
export interface DocumentCheck {
  /**
   * INTACT: the signatures match what they cover; `proved` says how far documents, signer and job are proved.
   * NOT_CHECKED: no rule is broken, but something could not be proved. BROKEN: not evidence. UNKNOWN: a later version
   * wrote the word in `resultText`.
   */
  readonly result: (typeof CHECK_RESULTS)[number] | 'UNKNOWN';
  /** The result as it was written, when this version does not know it. */
  readonly resultText?: string;
  /** Every rule that applies; empty for INTACT. */
  readonly findings: readonly DocumentFinding[];
  readonly proved: DocumentProof;
  /** Every signature in the file, deciding ones first. */
  readonly signatures: readonly DocumentSignature[];
}
