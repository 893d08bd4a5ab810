import { columnsOf } from '../terminal/columns.js';
import { print } from '../terminal/print.js';
import type { Check } from './check.js';
import type { Examination } from './examination.js';
import { reportLines, summaryLine } from './report-lines.js';
import { exitCodeOf, runChecks, type CheckReport } from './run-checks.js';

/** What the checks found, for the end of the report. */
export interface PrintedChecks {
  readonly exitCode: number;
  /** The last line of the report. */
  readonly summary: string;
  /** What `signering doctor --json` prints. */
  readonly value: { readonly exitCode: number; readonly checks: readonly object[] };
}

/** Runs checks and prints each finding as soon as it is known; with `json` it prints nothing. Closes the examination. */
export async function printChecks(
  checks: readonly Check[],
  examination: Examination,
  { json }: { readonly json: boolean },
): Promise<PrintedChecks> {
  const reports: CheckReport[] = [];
  const style = { columns: columnsOf(process.stdout), color: isColored() };
  try {
    for await (const report of runChecks(checks, examination)) {
      reports.push(report);
      if (!json) print(reportLines(report, style), { value: report, colored: style.color });
    }
  } finally {
    await examination.close();
  }
  const exitCode = exitCodeOf(reports);
  return {
    exitCode,
    summary: summaryLine(reports),
    value: { exitCode, checks: reports.map(({ check, finding }) => ({ check: check.name, ...finding })) },
  };
}

/** Colours only on terminals, and unless disabled. Spec: no-color.org. */
function isColored(): boolean {
  return process.stdout.isTTY && process.stdout.hasColors();
}
