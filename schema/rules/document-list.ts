import type { Problem } from '../errors.js';
import { isRecord } from './ruled-manifest.js';
import { asSeen } from './text-rules.js';

/** Maximum number of documents in a job. Spec: posten-api, the document package. */
export const MAX_DOCUMENTS = 20;
/** Maximum total size of a job's documents, in bytes. Spec: posten-api, the document package. */
export const MAX_DOCUMENT_BYTES = 10_485_760;

/** Rules between the documents of an order: distinct titles and a maximum total size. */
export function problemsOfDocumentList(documents: readonly unknown[]): readonly Problem[] {
  const seen = new Map<string, number>();
  let bytes = 0;
  const problems = documents.flatMap((document, index): readonly Problem[] => {
    const { title, size } = isRecord(document) ? document : {};
    if (typeof size === 'number') bytes += size;
    if (typeof title !== 'string') return [];
    const first = seen.get(asSeen(title));
    if (first === undefined) {
      seen.set(asSeen(title), index);
      return [];
    }
    const message = `is the same as that of documents[${first}]: signers cannot distinguish them; give another title, or rename the file`;
    return [{ path: `documents[${index}].title`, message, reason: 'SAME_TITLE' }];
  });
  if (bytes <= MAX_DOCUMENT_BYTES) return problems;
  const message = `have ${bytes} bytes together; a job may have at most ${MAX_DOCUMENT_BYTES}`;
  return [...problems, { path: 'documents', message, reason: 'DOCUMENTS_TOO_LARGE' }];
}
