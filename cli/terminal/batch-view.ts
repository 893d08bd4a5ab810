import type { BatchCheck, BatchDescription } from '@signering/client';
import { formatMoment } from '../syntax/moment.js';

/** What a check found, a mistake a line. */
export function checkLines(check: BatchCheck): readonly string[] {
  const { right, known, wrong, mistakes, unusedColumns, warnings } = check;
  return [
    ...mistakes.map(({ place, path, message }) => `${place}: ${path} ${message}`),
    ...warnings.map(({ place, message }) => `warning: ${place} ${message}`),
    ...unusedColumns.map((column) => `warning: the template does not use the column ${column}`),
    `${right} rows are right${known > 0 ? ` (${known} were handed over before)` : ''}, ${wrong} are wrong.`,
  ];
}

/** How far a batch is. */
export function batchLines(batch: BatchDescription): readonly string[] {
  const { reference, state: batchState, rows, counts, allSentAt, paused, cancelled } = batch;
  const shown = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([state, count]) => `${count} ${state.toLowerCase()}`);
  return [
    `${reference}: ${batchState.toLowerCase()}, ${rows} rows: ${shown.join(', ')}`,
    ...(allSentAt === undefined ? [] : [`  all rows are sent at about ${formatMoment(allSentAt)}`]),
    ...(paused === undefined ? [] : [`  paused ${decisionText(paused)}`]),
    ...(cancelled === undefined ? [] : [`  cancelled ${decisionText(cancelled)}`]),
  ];
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
