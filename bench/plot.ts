// A chart library for Node without a browser brings dozens of packages; these diagrams need two axes and lines.

/** A picture of several diagrams. */
export interface Plot {
  readonly title: string;
  /** How and on what it was measured. */
  readonly subtitle: string;
  readonly diagrams: readonly Diagram[];
}

/** Lines over a common `x`. */
export interface Diagram {
  readonly title: string;
  readonly xName: string;
  readonly unit: string;
  /** @default both axes are logarithmic, and points that are not above 0 are left out */
  readonly linear?: boolean;
  readonly lines: readonly Line[];
}

/** A line with its name at its end. */
export interface Line {
  readonly name: string;
  readonly points: readonly Point[];
}

/** A point, with the spread of its repetitions as a vertical stroke. */
export interface Point {
  readonly x: number;
  readonly y: number;
  readonly low?: number;
  readonly high?: number;
}

/** Places a value between two pixels, and knows where the axis has its marks. */
interface Scale {
  readonly place: (value: number) => number;
  readonly marks: readonly number[];
}

const WIDTH = 960;
const CELL = { width: WIDTH / 2, height: 290 };
const AREA = { left: 64, right: CELL.width - 132, top: 58, bottom: 240 };
const HEADING = 64;
const LABEL_HEIGHT = 13;
const COLORS = 6;
/** Above this number of points a line shows neither the points nor their spread. */
const DOTS_AT_MOST = 20;

const STYLE = `
  svg { color-scheme: light dark; font: 12px system-ui, sans-serif; }
  .paper { fill: #ffffff; } text { fill: #1f2328; } .faint { fill: #59636e; } .grid { stroke: #d8dee4; }
  .c0 { --c: #0550ae; } .c1 { --c: #bc4c00; } .c2 { --c: #116329; } .c3 { --c: #8250df; } .c4 { --c: #a40e26; } .c5 { --c: #4d5d6c; }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #0d1117; } text { fill: #e6edf3; } .faint { fill: #9198a1; } .grid { stroke: #30363d; }
    .c0 { --c: #79c0ff; } .c1 { --c: #ffa657; } .c2 { --c: #7ee787; } .c3 { --c: #d2a8ff; } .c4 { --c: #ff9492; } .c5 { --c: #b1bac4; }
  }
  .line { fill: none; stroke: var(--c); stroke-width: 2; } .spread { stroke: var(--c); stroke-width: 1; opacity: .6; }
  .dot { fill: var(--c); } .name { fill: var(--c); } .title { font-weight: 600; } h1, .head { font-size: 16px; font-weight: 600; }
`;

/** Draws a plot as an SVG document that follows the reader's light or dark colours. */
export function drawPlot({ title, subtitle, diagrams }: Plot): string {
  const height = HEADING + Math.ceil(diagrams.length / 2) * CELL.height;
  const cells = diagrams.map((diagram, index) => {
    const [x, y] = [(index % 2) * CELL.width, HEADING + Math.floor(index / 2) * CELL.height];
    return `<g transform="translate(${x} ${y})">${drawDiagram(diagram)}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">
<title>${escape(title)}</title>
<style>${STYLE}</style>
<rect class="paper" width="100%" height="100%"/>
${text(16, 28, title, { class: 'head' })}
${text(16, 48, subtitle, { class: 'faint' })}
${cells.join('\n')}
</svg>
`;
}

function drawDiagram(diagram: Diagram): string {
  const { title, xName, unit, linear = false } = diagram;
  const lines = diagram.lines
    .map(({ name, points }) => ({
      name,
      points: points.filter(({ x, y }) => linear || (x > 0 && y > 0)).sort((one, other) => one.x - other.x),
    }))
    .filter(({ points }) => points.length > 0);
  const all = lines.flatMap(({ points }) => points);
  const xs = [...new Set(all.map(({ x }) => x))].sort((one, other) => one - other);
  const ys = all.flatMap(({ y, low = y, high = y }) => [y, low, high]).filter((y) => linear || y > 0);
  const xScale = linear
    ? linearScale(xs, AREA.left, AREA.right)
    : { ...logScale(xs, AREA.left, AREA.right), marks: spacedMarks(xs) };
  const yScale = (linear ? linearScale : logScale)(linear ? [0, ...ys] : ys, AREA.bottom, AREA.top);
  return [
    text(16, 24, title, { class: 'title' }),
    text(16, 42, unit, { class: 'faint' }),
    ...yScale.marks.map(
      (mark) =>
        `<line class="grid" x1="${AREA.left}" x2="${AREA.right}" y1="${px(yScale.place(mark))}" y2="${px(yScale.place(mark))}"/>` +
        text(AREA.left - 8, yScale.place(mark) + 4, formatMark(mark), { class: 'faint', anchor: 'end' }),
    ),
    ...xScale.marks.map((mark) =>
      text(xScale.place(mark), AREA.bottom + 18, formatMark(mark), { class: 'faint', anchor: 'middle' }),
    ),
    text((AREA.left + AREA.right) / 2, AREA.bottom + 36, xName, { class: 'faint', anchor: 'middle' }),
    ...lines.map((line, index) => drawLine(line, { index, xScale, yScale })),
    ...drawNames(lines, yScale),
  ].join('\n');
}

function drawLine(
  { points }: Line,
  { index, xScale, yScale }: { readonly index: number; readonly xScale: Scale; readonly yScale: Scale },
): string {
  const path = points.map(({ x, y }) => `${px(xScale.place(x))},${px(yScale.place(y))}`).join(' ');
  const dots = points.length > DOTS_AT_MOST ? [] : points;
  return [
    `<g class="c${index % COLORS}"><polyline class="line" points="${path}"/>`,
    ...dots.map(({ x, y, low = y, high = y }) => {
      const at = px(xScale.place(x));
      const spread = `<line class="spread" x1="${at}" x2="${at}" y1="${px(yScale.place(low))}" y2="${px(yScale.place(high))}"/>`;
      return `${low < high && low > 0 ? spread : ''}<circle class="dot" cx="${at}" cy="${px(yScale.place(y))}" r="3"/>`;
    }),
    '</g>',
  ].join('');
}

/** The name of each line beside its last point, moved apart where they would overlap. */
function drawNames(lines: readonly Line[], yScale: Scale): readonly string[] {
  const names = lines.map(({ name, points }, index) => ({
    rows: wrapName(name),
    index,
    y: yScale.place(points.at(-1)!.y) + 4,
  }));
  let free = -Infinity;
  return names
    .sort((one, other) => one.y - other.y)
    .map(({ rows, index, y }) => {
      const top = Math.max(y, free);
      free = top + rows.length * LABEL_HEIGHT + 3;
      const drawn = rows.map((row, at) =>
        text(AREA.right + 10, top + at * LABEL_HEIGHT, row, { class: 'name' }),
      );
      return `<g class="c${index % COLORS}">${drawn.join('')}</g>`;
    });
}

function wrapName(name: string): readonly string[] {
  const rows: string[] = [];
  for (const word of name.split(' ')) {
    const last = rows.at(-1);
    if (last !== undefined && last.length + word.length < 20) rows[rows.length - 1] = `${last} ${word}`;
    else rows.push(word);
  }
  return rows;
}

function logScale(values: readonly number[], from: number, to: number): Scale {
  const { marks, low, high } = logMarks(Math.min(...values), Math.max(...values));
  const span = Math.log(high / low) || 1;
  return { place: (value) => from + ((to - from) * Math.log(value / low)) / span, marks };
}

/** 1, 2 and 5 times the powers of ten around the values; only the powers over more than two decades. */
function logMarks(min: number, max: number) {
  const steps = max / min > 100 ? [1] : [1, 2, 5];
  const all: number[] = [];
  for (let power = Math.floor(Math.log10(min)) - 1; power <= Math.ceil(Math.log10(max)) + 1; power += 1)
    all.push(...steps.map((step) => Number(`${step}e${power}`)));
  const first = all.findLastIndex((mark) => mark <= min);
  const last = all.findIndex((mark) => mark >= max);
  const marks = all.slice(first, Math.max(last, first + 1) + 1);
  return { marks, low: marks[0]!, high: marks.at(-1)! };
}

/** The measured values of `x` themselves, without those that would overlap the one before. */
function spacedMarks(xs: readonly number[]): readonly number[] {
  const scale = logScale(xs, AREA.left, AREA.right);
  return xs.filter((x, index) => index === 0 || scale.place(x) - scale.place(xs[index - 1]!) > 22);
}

function linearScale(values: readonly number[], from: number, to: number): Scale {
  const [min, max] = [Math.min(...values), Math.max(...values)];
  const rough = (max - min || 1) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough)!;
  const low = Math.floor(min / step) * step;
  const count = Math.max(1, Math.ceil((max - low) / step));
  const marks = Array.from({ length: count + 1 }, (_, index) => low + index * step);
  return { place: (value) => from + ((to - from) * (value - low)) / (count * step), marks };
}

function formatMark(value: number): string {
  const format = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });
  return format.format(value).replace('K', 'k');
}

function text(
  x: number,
  y: number,
  content: string,
  options: { readonly class: string; readonly anchor?: 'middle' | 'end' },
): string {
  const anchor = options.anchor === undefined ? '' : ` text-anchor="${options.anchor}"`;
  return `<text x="${px(x)}" y="${px(y)}" class="${options.class}"${anchor}>${escape(content)}</text>`;
}

function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function escape(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
