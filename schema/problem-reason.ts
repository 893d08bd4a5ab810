/**
 * Mistakes that a program may name in its own words, in another language: of documents, of parts that repeat others, and of
 * the rows of a batch. A later release may have more.
 */
export const PROBLEM_REASONS = [
  'NO_DOCUMENTS',
  'TOO_MANY_DOCUMENTS',
  'DOCUMENTS_TOO_LARGE',
  'SAME_TITLE',
  'EMPTY',
  'TYPE_NOT_ACCEPTED',
  'NOT_PLAIN_TEXT',
  'NOT_PDF',
  'PDF_DAMAGED',
  'PDF_PROTECTED',
  'PDF_WITHOUT_PAGES',
  'PDF_TOO_COMPLEX',
  'PDF_VERSION',
  'SAME_SIGNER',
  'SAME_REFERENCE',
  'REFERENCE_TAKEN',
  'ALREADY_SENT',
  'CELL_EMPTY',
  'TOO_MANY_ROWS',
] as const;
export type ProblemReason = (typeof PROBLEM_REASONS)[number];
