import type { Target } from './bench.js';
import { formatNumber, type BenchResult, type FigureResult } from './results.js';

const COLUMNS = 80;
const NAME_WIDTH = 32;
const WIDTHS = [10, 16, 15, 5] as const;

/** The first lines of a report: how and on what it was measured. */
export function formatHeading(
  run: Pick<BenchResult, 'machine' | 'versions' | 'commit' | 'command' | 'seed'>,
): string {
  const { machine, versions, commit, command, seed } = run;
  const text =
    `${machine.processor}, ${machine.cores} cores, ${machine.memoryGB} GB, ${machine.platform}; ` +
    `Node ${versions.node}, Temporal SDK ${versions.temporalSdk}, server ${versions.temporalServer}; ` +
    `commit ${commit}; seed ${seed}; ${command}`;
  return `${wrap(text, COLUMNS).join('\n')}\nCompare figures of one run only.\n`;
}

/** The figures of a bench, in 80 columns. */
export function formatBench(name: string, result: BenchResult): string {
  const { title, durationSeconds, short, figures, otherLoad } = result;
  const notes = [
    `${durationSeconds} s`,
    ...(otherLoad === undefined ? [] : [`others used ${otherLoad} % of the processors`]),
    ...(short ? ['short form: no results'] : []),
  ];
  const heading = `${name}: ${title} (${notes.join(', ')})`;
  const head = [' '.repeat(NAME_WIDTH + 2), ...cells(['median', 'min–max', 'quartiles', 'n'])].join('');
  const rows = Object.entries(figures).flatMap(([label, figure]) => formatFigure(label, figure));
  return [...wrap(heading, COLUMNS), head, ...rows, ''].join('\n');
}

function formatFigure(label: string, figure: FigureResult): readonly string[] {
  const { unit, median, min, max, quartiles, values } = figure;
  const [first = '', ...more] = wrap(`${label} [${unit}]`, NAME_WIDTH - 2);
  const numbers = cells([
    formatNumber(median),
    `${formatNumber(min)}–${formatNumber(max)}`,
    quartiles === undefined ? '' : quartiles.map(formatNumber).join('–'),
    String(values.length),
  ]).join('');
  const verdict = formatVerdict(figure);
  return [
    `  ${first.padEnd(NAME_WIDTH)}${numbers}`,
    ...more.map((line) => `    ${line}`),
    ...(verdict === undefined ? [] : wrap(verdict, COLUMNS - 4).map((line) => `    ${line}`)),
  ];
}

/** Target, whether it is met, and why not. */
export function formatVerdict({ target, met, reason }: FigureResult): string | undefined {
  if (target === undefined) return undefined;
  if (met === undefined) return `target ${formatTarget(target)}`;
  return met
    ? `target ${formatTarget(target)}: met`
    : `target ${formatTarget(target)}: MISSED. ${reason ?? 'The bench states no reason.'}`;
}

/** Such as `at least 1.5`. */
export function formatTarget({ atLeast, atMost }: Target): string {
  return [
    ...(atLeast === undefined ? [] : [`at least ${formatNumber(atLeast)}`]),
    ...(atMost === undefined ? [] : [`at most ${formatNumber(atMost)}`]),
  ].join(', ');
}

function cells(texts: readonly string[]): readonly string[] {
  return texts.map((text, index) => text.padStart(WIDTHS[index] ?? 0));
}

function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
