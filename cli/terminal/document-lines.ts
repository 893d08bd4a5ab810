import type { SentDocument } from '@signering/client';

/**
 * Lines about a job's documents: whether a PDF claims to be PDF/A, which the service recommends and public archives
 * require, and deviations that other readers may not accept.
 */
export function documentLines(documents: readonly SentDocument[]): readonly string[] {
  return documents.flatMap(({ name, pdf }) =>
    pdf === undefined
      ? []
      : [
          pdf.isPdfA ? `${name} is PDF/A.` : `${name} is not PDF/A, which public archives require.`,
          ...pdf.warnings.map((warning) => `! ${name} ${warning}. Open it and check that it is complete.`),
        ],
  );
}
