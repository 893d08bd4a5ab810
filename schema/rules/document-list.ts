import type { Problem } from '../errors.js';
import { isRecord } from './ruled-manifest.js';
import { asSeen } from './text-rules.js';

/** Spec: posten-api, the document package: how many documents a job may have. */
export const MAX_DOCUMENTS = 20;
/** Spec: posten-api, the document package: how large they may be together, in bytes. */
export const MAX_DOCUMENT_BYTES = 10_485_760;

/** What holds between the documents of an order: signers can tell them apart, and together they are not too large. */
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
    const message = `is the same as that of documents[${first}]: signers could not tell them apart; give another title, or rename the file`;
    return [{ path: `documents[${index}].title`, message }];
  });
  if (bytes <= MAX_DOCUMENT_BYTES) return problems;
  const message = `have ${bytes} bytes together; a job may have at most ${MAX_DOCUMENT_BYTES}`;
  return [...problems, { path: 'documents', message }];
}
