import type { JobDescription } from '@signering/client';
import type { ProgressSink } from './progress-sink.js';
import { columnsOf } from './columns.js';
import { attentionLines, jobInWords, jobLines, signerLine } from './job-view.js';
import { visible } from './print.js';
import { widthOf, wrapLine } from './wrap.js';

/** Shows a job as it changes. */
export interface LiveView {
  show(job: JobDescription): void;
  /** Shows a remark below the job, such as that no worker responds, until it changes. */
  note(text: string | undefined): void;
  /** Prints lines that stay visible. */
  log(...lines: readonly string[]): void;
  /** Removes or ends the view: the outcome is printed next. */
  end(): void;
}

/** The argument of {@link createLiveView}. */
export interface LiveViewOptions {
  readonly out: ProgressSink;
  /** Whether the outcome is printed on the same terminal: the last lines are then removed to avoid a duplicate. */
  readonly outcomeFollows: boolean;
  /** Clock for line prefixes. @default the machine's */
  readonly now?: () => Date;
}

/** Redraws in place on a capable terminal; otherwise prints every change as a line. */
export function createLiveView({ out, outcomeFollows, now = () => new Date() }: LiveViewOptions): LiveView {
  const canRedraw = out.isTTY === true && process.env['TERM'] !== 'dumb';
  return canRedraw ? redrawingView(out, outcomeFollows) : lineByLineView(out, now);
}

/** The live view of a command: progress on standard error, the outcome on standard output. */
export function commandView(): LiveView {
  return createLiveView({ out: process.stderr, outcomeFollows: process.stdout.isTTY });
}

function redrawingView(out: ProgressSink, outcomeFollows: boolean): LiveView {
  let drawn: readonly string[] = [];
  let shown: readonly string[] = [];
  let remark: string | undefined;
  const redraw = (above: readonly string[] = []): void => {
    const columns = columnsOf(out);
    // The terminal may have been resized since the lines were drawn.
    const rows = rowsOf(drawn, columns);
    const lines = remark === undefined ? shown : [...shown, `  ! ${remark}`];
    const wrapped = (text: readonly string[]) => text.flatMap((line) => wrapLine(visible(line), columns));
    drawn = fitting(wrapped(lines), { columns, rows: out.rows });
    const text = [...wrapped(above), ...drawn].map((line) => `${line}\n`).join('');
    out.write(`${rows === 0 ? '' : `\u001B[${rows}A`}\u001B[J${text}`);
  };
  return {
    show: (job) => {
      shown = jobLines(job);
      redraw();
    },
    note: (text) => {
      if (text === remark) return;
      remark = text;
      redraw();
    },
    log: (...lines) => redraw(lines),
    end: () => {
      if (!outcomeFollows) return;
      shown = [];
      remark = undefined;
      redraw();
    },
  };
}

/** A word that is wider than the terminal occupies several rows. */
function rowsOf(lines: readonly string[], columns: number): number {
  return lines.reduce((rows, line) => rows + Math.max(Math.ceil(widthOf(line) / columns), 1), 0);
}

/** Lines that scroll out of the terminal cannot be redrawn and would appear twice. */
function fitting(
  lines: readonly string[],
  { columns, rows = Infinity }: { readonly columns: number; readonly rows?: number | undefined },
): readonly string[] {
  // The cursor occupies a row.
  const room = Math.max(rows - 1, 1);
  if (rowsOf(lines, columns) <= room) return lines;
  const kept = [...lines];
  while (kept.length > 0 && rowsOf(kept, columns) >= room) kept.pop();
  return [...kept, `  … ${lines.length - kept.length} more lines`];
}

function lineByLineView(out: ProgressSink, now: () => Date): LiveView {
  const said = new Map<string, string>();
  const clock = (): string => now().toTimeString().slice(0, 8);
  const say = (what: string, line: string): void => {
    if (said.get(what) === line) return;
    said.set(what, line);
    out.write(`${clock()} ${visible(line)}\n`);
  };
  return {
    show: (job) => {
      say('state', `${job.reference}: ${jobInWords(job)}`);
      for (const signer of job.signers) say(`signer ${signer.signer}`, signerLine(signer, job));
      for (const [index, line] of attentionLines(job).entries()) say(`operator ${index}`, `! ${line}`);
    },
    note: (text) => {
      if (text === undefined) said.delete('note');
      else say('note', `! ${text}`);
    },
    log: (...lines) => out.write(`${clock()} ${lines.map(visible).join('\n')}\n`),
    end: () => undefined,
  };
}
