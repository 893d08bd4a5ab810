import type { BatchCheck, BatchDescription } from '@signering/client';
import { formatMoment } from '../syntax/moment.js';

/** What a check found, a mistake a line. */
export function checkLines(check: BatchCheck): readonly string[] {
  const { right, known, wrong, mistakes, unusedColumns, warnings } = check;
  const before = known === 0 ? '' : ` (${counted(known, 'was', 'were')} handed over before)`;
  return [
    ...mistakes.map(({ place, path, message }) => `${place}: ${path} ${message}`),
    ...warnings.map(({ place, message }) => `warning: ${place} ${message}`),
    ...unusedColumns.map((column) => `warning: the template does not use the column ${column}`),
    `${counted(right, 'row is', 'rows are')} right${before}, ${counted(wrong, 'is', 'are')} wrong.`,
  ];
}

/** How far a batch is. */
export function batchLines(batch: BatchDescription): readonly string[] {
  const { reference, state: batchState, rows, sent, counts, allSentAt, paused, cancelled } = batch;
  const shown = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([state, count]) => `${count} ${state.toLowerCase()}`);
  const inStates = shown.length === 0 ? '' : `: ${shown.join(', ')}`;
  return [
    `${reference}: ${batchState.toLowerCase()}, ${counted(rows, 'row', 'rows')}, ${sent} sent${inStates}`,
    ...(allSentAt === undefined ? [] : [`  all rows are sent at about ${formatMoment(allSentAt)}`]),
    ...(paused === undefined ? [] : [`  paused ${decisionText(paused)}`]),
    ...(cancelled === undefined ? [] : [`  cancelled ${decisionText(cancelled)}`]),
  ];
}

/** A number with its words. */
export function counted(count: number, one: string, more: string): string {
  return `${count} ${count === 1 ? one : more}`;
}

function decisionText({
  at,
  by,
  reason,
}: {
  readonly at: string;
  readonly by?: string;
  readonly reason?: string;
}): string {
  return `${formatMoment(at)}${by === undefined ? '' : ` by ${by}`}${reason === undefined ? '' : `: ${reason}`}`;
}
