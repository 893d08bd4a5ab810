import type { SentDocument } from '../../client/index.js';

/** What other readers may not put up with in documents that are sent all the same, each in a line. */
export function documentWarnings(documents: readonly SentDocument[]): readonly string[] {
  return documents.flatMap(({ name, pdf }) =>
    (pdf?.warnings ?? []).map((warning) => `! ${name} ${warning}. Open it, and look whether it is whole.`),
  );
}
