// Figures in Markdown come from bench/results, so that none is copied by hand. Between the marks stands the text of the
// last results; `npm run bench` rewrites it, and a test compares.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { markdownFiles, PROJECT } from '../test/docs/project-files.js';
import { isLongRun, summaryOfLongRun } from './long-runs.js';
import { formatNumber, readResults, type BenchResult, type FigureResult, type Results } from './results.js';
import { formatTarget, formatVerdict } from './table.js';

/** The folder of committed results. */
export const RESULT_FOLDER = join(PROJECT, 'bench', 'results');

const MARKED = /<!-- figure: (.+?) -->.*?<!-- end -->/g;
const REPORT = /<!-- report -->\n[\s\S]*?<!-- end report -->/g;

/** Writes the figures of the committed results into every document that has marks; returns the changed documents. */
export function writeDocFigures(): readonly string[] {
  return markdownFiles().filter((path) => {
    const file = join(PROJECT, path);
    const written = readFileSync(file, 'utf8');
    const current = withCurrentFigures(written);
    if (current !== written) writeFileSync(file, current);
    return current !== written;
  });
}

/** A document with the figures of the committed results. @throws Error if it names one that there is not */
export function withCurrentFigures(markdown: string): string {
  const results = readResults(RESULT_FOLDER);
  return markdown
    .replaceAll(
      MARKED,
      (_, source: string) => `<!-- figure: ${source} -->${formatSource(source, results)}<!-- end -->`,
    )
    .replaceAll(REPORT, () => `<!-- report -->\n${formatReport(results)}\n<!-- end report -->`);
}

/**
 * `BENCH / FIGURE`, the same with ` / target`, `FILE.json` for what a long run showed, or `FILE.json / MEMBER / …` for a number in
 * another file of results.
 */
function formatSource(source: string, { benches }: Results): string {
  const [first = '', ...rest] = source.split(' / ');
  if (isLongRun(source)) return summaryOfLongRun(RESULT_FOLDER, source);
  if (first.endsWith('.json')) return formatMember(source, first, rest);
  const isTarget = rest.at(-1) === 'target';
  const figure = benches[first]?.figures[(isTarget ? rest.slice(0, -1) : rest).join(' / ')];
  if (figure === undefined) throw new Error(`bench/results has no figure "${source}".`);
  return isTarget ? `${formatTarget(figure.target ?? {})} ${figure.unit}` : formatFigure(figure);
}

function formatMember(source: string, file: string, path: readonly string[]): string {
  let value: unknown = JSON.parse(readFileSync(join(RESULT_FOLDER, file), 'utf8'));
  for (const member of path) value = (value as Record<string, unknown> | undefined)?.[member];
  if (typeof value === 'number') return formatNumber(value);
  if (typeof value === 'string') return value;
  throw new Error(`bench/results/${file} has no number and no text at "${source}".`);
}

/** Such as `4.3 ms (4.1–4.9)`, with `, missed` after it where the target is. */
function formatFigure({ median, min, max, unit, met }: FigureResult): string {
  const spread = min === max ? '' : ` (${formatNumber(min)}–${formatNumber(max)})`;
  return `${formatNumber(median)} ${unit}${spread}${met === false ? ', missed' : ''}`;
}

function formatReport({ benches }: Results): string {
  return Object.entries(benches)
    .map(([name, bench]) => formatBench(name, bench))
    .join('\n\n');
}

function formatBench(name: string, bench: BenchResult): string {
  const { title, startedAt, commit, command, machine, versions, figures, otherLoad } = bench;
  const rows = Object.entries(figures).map(([label, figure]) => {
    const { unit, median, min, max, values } = figure;
    const cells = [
      label,
      unit,
      formatNumber(median),
      `${formatNumber(min)}–${formatNumber(max)}`,
      values.length,
    ];
    return `| ${[...cells, formatVerdict(figure) ?? ''].join(' | ')} |`;
  });
  return [
    `### ${name}: ${title}`,
    '',
    `\`${command}\`, ${startedAt.slice(0, 10)}, commit ${commit}; ${machine.processor}, ${machine.cores} cores, ` +
      `${machine.memoryGB} GB; Node ${versions.node}, Temporal SDK ${versions.temporalSdk}, server ${versions.temporalServer}` +
      `${otherLoad === undefined ? '' : `; other processes used ${otherLoad} % of the processors`}.`,
    '',
    '| figure | unit | median | lowest–highest | repetitions | target |',
    '|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}
