import type { SigningDescription } from '../../contract/index.js';
import type { ProgressSink } from '../local-stack/index.js';
import { jobLines, signerLine, stateInWords } from './job-view.js';

/** Shows a job as it changes. */
export interface LiveView {
  show(job: SigningDescription): void;
  /** Says something between two states of the job, such as that no worker answers; once, until it changes. */
  note(text: string | undefined): void;
  /** Says something beside the job that stays to be read. */
  tell(text: string): void;
}

/** Redraws in place on a terminal; elsewhere every change is a line of its own. */
export function createLiveView(out: ProgressSink, now: () => Date = () => new Date()): LiveView {
  return out.isTTY === true ? redrawingView(out) : lineByLineView(out, now);
}

function redrawingView(out: ProgressSink): LiveView {
  let drawn = 0;
  let shown: readonly string[] = [];
  let remark: string | undefined;
  const redraw = (above: readonly string[] = []): void => {
    const lines = remark === undefined ? shown : [...shown, `  ! ${remark}`];
    const up = drawn === 0 ? '' : `\u001B[${drawn}A`;
    out.write(`${up}\u001B[J${[...above, ...lines].map((line) => `${line}\n`).join('')}`);
    drawn = rowsOf(lines, out.columns);
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
    tell: (text) => redraw([text]),
  };
}

/** A line that is longer than the terminal is wide takes several of its rows. */
function rowsOf(lines: readonly string[], columns = Infinity): number {
  return lines.reduce((rows, { length }) => rows + Math.max(Math.ceil(length / columns), 1), 0);
}

function lineByLineView(out: ProgressSink, now: () => Date): LiveView {
  const said = new Map<string, string>();
  const say = (what: string, line: string): void => {
    if (said.get(what) === line) return;
    said.set(what, line);
    out.write(`${now().toTimeString().slice(0, 8)} ${line}\n`);
  };
  return {
    show: (job) => {
      say('state', `${job.reference}: ${stateInWords(job.state)}`);
      for (const signer of job.signers) say(`signer ${signer.signer}`, signerLine(signer, job));
      if (job.needsOperator !== undefined) say('operator', `! ${job.needsOperator}`);
    },
    note: (text) => {
      if (text === undefined) said.delete('note');
      else say('note', `! ${text}`);
    },
    tell: (text) => out.write(`${now().toTimeString().slice(0, 8)} ${text}\n`),
  };
}
