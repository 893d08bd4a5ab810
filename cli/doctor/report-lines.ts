import { styleText } from 'node:util';
import { visible } from '../terminal/print.js';
import { wrap } from '../terminal/wrap.js';
import type { Finding } from './finding.js';
import type { CheckReport } from './run-checks.js';

/** Layout of the report. */
export interface ReportStyle {
  /** Width of the terminal. */
  readonly columns: number;
  readonly color: boolean;
}

const MARKS = {
  PASSED: { mark: '✔', color: 'green' },
  FAILED: { mark: '✘', color: 'red' },
  NOT_CHECKED: { mark: '–', color: 'gray' },
} as const;

/** Below this width, findings are printed under the check's title instead of beside it. */
const NARROW = 60;
/** Maximum line length, for readability. */
const WIDEST = 110;
const TITLE_WIDTH = 17;

/** A check with its finding, as text. */
export function reportLines({ check, finding }: CheckReport, style: ReportStyle): readonly string[] {
  const { mark, color } = MARKS[finding.verdict];
  const paint = (text: string): string =>
    style.color ? styleText(color, text, { validateStream: false }) : text;
  const narrow = style.columns < NARROW;
  const indent = ' '.repeat(narrow ? 2 : 2 + TITLE_WIDTH + 2);
  const width = Math.max(Math.min(style.columns, WIDEST) - indent.length, 20);
  const lines = paragraphsOf(finding).flatMap(({ sign, text }) =>
    wrap(text, width - sign.length).map((line, index) =>
      index === 0 ? `${sign}${visible(line)}` : `${' '.repeat(sign.length)}${visible(line)}`,
    ),
  );
  if (narrow) return [`${paint(mark)} ${check.title}`, ...lines.map((line) => `${indent}${line}`)];
  const [first = '', ...rest] = lines;
  return [
    `${paint(mark)} ${check.title.padEnd(TITLE_WIDTH)}  ${first}`,
    ...rest.map((line) => `${indent}${line}`),
  ];
}

interface Paragraph {
  /** Printed before the first line; the others are indented by its width. */
  readonly sign: string;
  readonly text: string;
}

function paragraphsOf(finding: Finding): readonly Paragraph[] {
  switch (finding.verdict) {
    case 'PASSED':
      return [{ sign: '', text: finding.summary }, ...finding.warnings.map((text) => ({ sign: '! ', text }))];
    case 'FAILED':
      return finding.troubles.flatMap(({ what, nextStep }) => [
        { sign: '', text: what },
        ...(nextStep === undefined ? [] : [{ sign: '→ ', text: nextStep }]),
      ]);
    case 'NOT_CHECKED':
      return [{ sign: '', text: `not checked, because ${finding.because}` }];
  }
}

/** The last line: a summary of all checks. */
export function summaryLine(reports: readonly CheckReport[]): string {
  const count = (verdict: Finding['verdict']): number =>
    reports.filter(({ finding }) => finding.verdict === verdict).length;
  const failed = count('FAILED');
  const notChecked = count('NOT_CHECKED');
  const left = notChecked === 0 ? '' : ` ${notChecked} could not be checked.`;
  if (failed === 0) return notChecked === 0 ? 'Everything is in order.' : `Nothing is wrong.${left}`;
  return `${failed} of ${reports.length} checks failed.${left}`;
}
