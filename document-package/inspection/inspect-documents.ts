import { MAX_DOCUMENT_BYTES, MAX_DOCUMENTS, type Problem } from '@signering/schema';
import { whatIsWrongWithText } from './plain-text.js';
import { readPdf, type DocumentProblem, type PdfFacts } from './read-pdf.js';

/** A document to check. */
export interface DocumentToInspect {
  /** Its name in problems, such as `documents[0]` or the file's path. */
  readonly path: string;
  readonly mediaType: string;
  readonly content: Uint8Array;
}

/** Facts about one document. */
export interface DocumentFacts {
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** Absent if it is not a PDF that the service accepts. */
  readonly pdf?: PdfFacts;
}

/** Result of the inspection; without problems the service accepts the documents. */
export interface DocumentInspection {
  readonly problems: readonly Problem[];
  /** In the order given. */
  readonly documents: readonly DocumentFacts[];
}

const PDF = 'application/pdf';
const TEXT = 'text/plain';

/**
 * Checks documents before they are sent, and reports everything that the service would reject: other types than PDF
 * 1.1–1.7, PDF/A and plain text, password protection, no document or more than 20, more than 10 485 760 bytes.
 */
export function inspectDocuments(documents: readonly DocumentToInspect[]): DocumentInspection {
  const problems: Problem[] = [...problemsTogether(documents)];
  const facts: DocumentFacts[] = [];
  for (const { path, mediaType, content } of documents) {
    const found = inspect(mediaType, content);
    if (found.problem !== undefined) problems.push({ path, ...found.problem });
    facts.push({ path, size: content.length, ...(found.pdf === undefined ? {} : { pdf: found.pdf }) });
  }
  return { problems, documents: facts };
}

function problemsTogether(documents: readonly DocumentToInspect[]): readonly Problem[] {
  const path = 'documents';
  const size = documents.reduce((sum, { content }) => sum + content.length, 0);
  const problems: Problem[] = [];
  if (documents.length === 0) {
    problems.push({ path, message: 'at least one document is needed', reason: 'NO_DOCUMENTS' });
  }
  if (documents.length > MAX_DOCUMENTS) {
    problems.push({
      path,
      message: `at most ${MAX_DOCUMENTS} documents can be signed together, these are ${documents.length}; split the job`,
      reason: 'TOO_MANY_DOCUMENTS',
    });
  }
  if (size > MAX_DOCUMENT_BYTES) {
    problems.push({
      path,
      message: `together they may have ${MAX_DOCUMENT_BYTES} bytes, these have ${size}; make them smaller or split the job`,
      reason: 'DOCUMENTS_TOO_LARGE',
    });
  }
  return problems;
}

function inspect(
  mediaType: string,
  content: Uint8Array,
): { readonly problem?: DocumentProblem; readonly pdf?: PdfFacts } {
  const refused = (reason: DocumentProblem['reason'], message: string) => ({ problem: { reason, message } });
  if (content.length === 0) return refused('EMPTY', 'is empty; copy or export it again');
  if (mediaType === TEXT) {
    const problem = whatIsWrongWithText(content);
    return problem === undefined ? {} : refused('NOT_PLAIN_TEXT', problem);
  }
  if (mediaType !== PDF) {
    return refused('TYPE_NOT_ACCEPTED', `has a type that cannot be signed; give ${PDF} or ${TEXT}`);
  }
  const reading = readPdf(content);
  if ('problem' in reading) return reading;
  const { facts: pdf } = reading;
  if (/^1\.[1-7]$/.test(pdf.version) || pdf.isPdfA) return { pdf };
  const message = `is PDF ${pdf.version}; the service accepts PDF 1.1–1.7 and PDF/A: export it as one of them`;
  return { pdf, ...refused('PDF_VERSION', message) };
}
