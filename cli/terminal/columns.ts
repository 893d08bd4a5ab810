/** Where there is no terminal, lines are broken as on one of the usual width. */
const USUAL_COLUMNS = 80;

/** How wide a terminal is, in characters. Some terminals say that they have no width. */
export function columnsOf({
  isTTY,
  columns,
}: {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}): number {
  return isTTY === true && columns !== undefined && columns > 0 ? columns : USUAL_COLUMNS;
}
