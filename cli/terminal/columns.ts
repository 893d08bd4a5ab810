/** Line width without a terminal. */
const USUAL_COLUMNS = 80;

/** Width of a terminal, in characters. Some terminals report a width of 0. */
export function columnsOf({
  isTTY,
  columns,
}: {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}): number {
  return isTTY === true && columns !== undefined && columns > 0 ? columns : USUAL_COLUMNS;
}
