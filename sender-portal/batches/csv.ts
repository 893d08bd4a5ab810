/** A Norwegian Excel opens a table in this form with its columns and letters right. */
export const BYTE_ORDER_MARK = '\uFEFF';

/** A line of CSV with semicolons. Spreadsheets would run a cell that begins as a formula does: it gets an apostrophe in front. */
export function csvLine(cells: readonly string[]): string {
  const safe = cells.map((cell) => (/^\s*[=+\-@\t\r]/u.test(cell) ? `'${cell}` : cell));
  const quoted = safe.map((cell) => (/[",;\r\n]/u.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell));
  return `${quoted.join(';')}\r\n`;
}
