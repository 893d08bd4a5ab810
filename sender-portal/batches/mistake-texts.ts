import { PROBLEM_REASONS } from '@signering/schema';
import { EMPTY_DRAFT } from '../drafts/draft-content.js';
import { fieldProblemsOf } from '../drafts/draft-problems.js';
import type { Texts } from '../texts/index.js';
import type { FoundMistake } from './batch-check.js';
import { otherContactColumn } from './batch-template.js';

/** The columns in which a mistake is, or those that the table lacks. */
export function columnsOfMistake({ path, columns }: FoundMistake): string {
  const missing = missingColumnOf(path);
  const names = missing === undefined ? columns : [missing, otherContactColumn(missing) ?? []].flat();
  return names.join(', ');
}

/** The table lacks a column, of which the text says everything. */
export function isMissingColumn({ path }: FoundMistake): boolean {
  return missingColumnOf(path) !== undefined;
}

function missingColumnOf(path: string): string | undefined {
  return /^\{\{(.+)\}\}$/u.exec(path)?.[1];
}

/** What is wrong and what to do, in the language of the page. The client's sentence, in English, says more. */
export function textOfMistake({ path, message, ...mistake }: FoundMistake, texts: Texts): string {
  const column = missingColumnOf(path);
  if (column !== undefined) {
    const other = otherContactColumn(column);
    return other === undefined
      ? texts.batches.columnMissing(column)
      : texts.batches.contactColumnMissing(column, other);
  }
  const reason = PROBLEM_REASONS.find((one) => one === mistake.reason);
  if (reason === undefined && (path === 'rows' || path === 'table')) return texts.batches.unreadable;
  // The mistakes of a single job have texts already. Fields that only the form checks are filled.
  const content = { ...EMPTY_DRAFT, ownReference: 'x' };
  const found = { path, message, ...(reason !== undefined && { reason }) };
  const [problem] = fieldProblemsOf([found], { content, documents: [], now: new Date() }, texts);
  return problem?.text ?? texts.problems.other;
}
