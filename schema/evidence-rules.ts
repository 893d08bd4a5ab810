/** Effect of a rule on a signed document. */
export type EvidenceSeverity = 'BROKEN' | 'WARNING';

/** A rule for the examination of signed documents. */
export interface EvidenceRule {
  readonly id: string;
  /** BROKEN: the document is not evidence. WARNING: the document is usable, and its result is NOT_CHECKED. */
  readonly severity: EvidenceSeverity;
  readonly appliesTo: 'XADES' | 'PADES' | 'BOTH';
  /** When the rule applies; repeated in https://github.com/signering-workflows/signering-workflows/blob/main/docs/evidence.md */
  readonly meaning: string;
}

/**
 * Every evidence rule, in the order of the table in `docs/evidence.md`. An id is never renamed or reused: settings
 * and receipts contain it.
 */
export const EVIDENCE_RULES = [
  {
    id: 'XADES_WITHOUT_SIGNATURE',
    severity: 'BROKEN',
    appliesTo: 'XADES',
    meaning: 'The file holds no XML signature: the XML-DSig namespace or `ds:Signature` is missing.',
  },
  {
    id: 'XADES_NOT_WELL_FORMED',
    severity: 'BROKEN',
    appliesTo: 'XADES',
    meaning: 'The file names the XML-DSig namespace and is not well-formed XML: damaged or incomplete.',
  },
  {
    id: 'XADES_OF_OTHER_DOCUMENTS',
    severity: 'BROKEN',
    appliesTo: 'XADES',
    meaning:
      'An ASiC signature covers files by their digests, and none of the digests is that of a sent document.',
  },
  {
    id: 'XADES_REPEATED',
    severity: 'BROKEN',
    appliesTo: 'XADES',
    meaning: 'Two different XAdES URLs of one job gave equal bytes.',
  },
  {
    id: 'PADES_NOT_A_PDF',
    severity: 'BROKEN',
    appliesTo: 'PADES',
    meaning: 'The first 1,024 bytes do not hold `%PDF-`.',
  },
  {
    id: 'PADES_WITHOUT_SIGNATURE',
    severity: 'BROKEN',
    appliesTo: 'PADES',
    meaning: 'The PDF has no usable `ByteRange`, so that nothing in it is signed.',
  },
  {
    id: 'PADES_INCOMPLETE',
    severity: 'BROKEN',
    appliesTo: 'PADES',
    meaning: 'The `ByteRange` of the deciding signature ends beyond the end of the file.',
  },
  {
    id: 'SIGNATURE_CONTRADICTS_CONTENT',
    severity: 'BROKEN',
    appliesTo: 'BOTH',
    meaning:
      'The deciding signature uses known algorithms, and its digest or value does not fit what it signs.',
  },
  {
    id: 'INNER_SIGNATURE_CONTRADICTS_CONTENT',
    severity: 'WARNING',
    appliesTo: 'BOTH',
    meaning: 'A signature that does not decide uses known algorithms, and does not fit what it signs.',
  },
  {
    id: 'DOCUMENTS_NOT_PROVED',
    severity: 'WARNING',
    appliesTo: 'XADES',
    meaning: 'The digests of the sent documents cannot be compared with what the deciding signature covers.',
  },
  {
    id: 'SOME_DOCUMENTS_NOT_COVERED',
    severity: 'WARNING',
    appliesTo: 'XADES',
    meaning: 'The deciding signature covers some of the sent documents, and not all.',
  },
  {
    id: 'OTHER_SIGNER',
    severity: 'WARNING',
    appliesTo: 'XADES',
    meaning: "The signing certificate names another identity number than the signer's.",
  },
  {
    id: 'XADES_NOT_READ',
    severity: 'WARNING',
    appliesTo: 'XADES',
    meaning:
      'The XML reader refuses the file for its size, depth, encoding, version or document type declaration.',
  },
  {
    id: 'PADES_HOLDS_OTHER_XADES',
    severity: 'WARNING',
    appliesTo: 'PADES',
    meaning: 'The PDF embeds a XAdES that is not among those fetched from the XAdES URLs of the job.',
  },
  {
    id: 'PADES_LATER_REVISION',
    severity: 'WARNING',
    appliesTo: 'PADES',
    meaning: 'Content follows the range of the deciding signature, so that the signature does not cover it.',
  },
  {
    id: 'TIME_STAMP',
    severity: 'WARNING',
    appliesTo: 'BOTH',
    meaning: 'The file holds a time stamp. Time stamps are not verified.',
  },
  {
    id: 'UNKNOWN_ALGORITHM',
    severity: 'WARNING',
    appliesTo: 'BOTH',
    meaning: 'The deciding signature uses an algorithm that is not known here.',
  },
  {
    id: 'UNKNOWN_FORM',
    severity: 'WARNING',
    appliesTo: 'BOTH',
    meaning: 'The deciding signature has a form that is not known here.',
  },
  {
    id: 'TOO_MANY_PARTS',
    severity: 'WARNING',
    appliesTo: 'BOTH',
    meaning: 'The file has more signatures, certificates, references or attachments than are examined.',
  },
] as const satisfies readonly EvidenceRule[];

/** The id of a rule in {@link EVIDENCE_RULES}. */
export type EvidenceRuleId = (typeof EVIDENCE_RULES)[number]['id'];

/** One rule that applies to a signed document. */
export interface EvidenceFinding {
  readonly rule: EvidenceRuleId;
  /** The rule's severity, or WARNING if a setting downgrades a BROKEN rule. */
  readonly severity: EvidenceSeverity;
  /** What was found, in one sentence without personal data. */
  readonly reason: string;
}
