import type { SentDocument } from '@signering/client';

/**
 * Lines about the documents of a job for its sender: whether a PDF claims to be PDF/A, which the service recommends and public
 * archives require, and what other readers of it may not accept.
 */
export function documentLines(documents: readonly SentDocument[]): readonly string[] {
  return documents.flatMap(({ name, pdf }) =>
    pdf === undefined
      ? []
      : [
          pdf.isPdfA ? `${name} is PDF/A.` : `${name} is not PDF/A, which public archives require.`,
          ...pdf.warnings.map((warning) => `! ${name} ${warning}. Open it, and look whether it is whole.`),
        ],
  );
}
