/** Excel takes a table for UTF-8 by it. */
const BYTE_ORDER_MARK = '\uFEFF';
/** What spreadsheets take for a formula, also behind white space; the last four are the full-width forms of `=`, `+`, `-` and `@`. */
const FORMULA = /^\s*[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/u;

/**
 * Makes CSV that spreadsheets open as a table, also with Norwegian settings: UTF-8 with a byte order mark, semicolons and CRLF. A
 * cell that a spreadsheet would run as a formula gets an apostrophe in front.
 */
export function makeCsv(rows: readonly (readonly string[])[]): string {
  return `${BYTE_ORDER_MARK}${rows.map(csvLine).join('')}`;
}

/** A further line of a table of {@link makeCsv}. */
export function csvLine(cells: readonly string[]): string {
  const safe = cells.map((cell) => (FORMULA.test(cell) ? `'${cell}` : cell));
  const quoted = safe.map((cell) => (/[",;\r\n]/u.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell));
  return `${quoted.join(';')}\r\n`;
}
