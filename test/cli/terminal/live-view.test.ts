import assert from 'node:assert/strict';
import { createLiveView } from '@signering/cli/internal/terminal/live-view.js';
import type { JobDescription } from '@signering/client';
import type { SignerProgress } from '@signering/contract';

const ESCAPE = '\u001B';
const CONTROL_OR_CHARACTER = new RegExp(`${ESCAPE}\\[\\d*[A-Z]|[^]`, 'gu');
const CURSOR_UP = new RegExp(`^${ESCAPE}\\[(\\d+)A$`, 'u');

/** A terminal that understands what the live view writes, with everything that has scrolled out of it. */
class Terminal {
  readonly isTTY = true;
  columns: number;
  readonly rows: number;
  #lines = [''];
  #row = 0;
  #top = 0;

  constructor({ columns, rows }: { readonly columns: number; readonly rows: number }) {
    this.columns = columns;
    this.rows = rows;
  }

  write(text: string): void {
    for (const [part] of text.matchAll(CONTROL_OR_CHARACTER)) {
      if (part.startsWith('\u001B')) this.#control(part);
      else if (part === '\n') this.#down();
      else {
        if (this.#lines[this.#row]!.length === this.columns) this.#down();
        this.#lines[this.#row] = `${this.#lines[this.#row]}${part}`;
      }
    }
  }

  #control(sequence: string): void {
    if (sequence === '\u001B[J') {
      this.#lines.length = this.#row;
      this.#lines.push('');
      return;
    }
    const [, up] = CURSOR_UP.exec(sequence) ?? [];
    assert.ok(up !== undefined, `unknown sequence ${JSON.stringify(sequence)}`);
    this.#row = Math.max(this.#row - Number(up), this.#top);
  }

  #down(): void {
    this.#row += 1;
    if (this.#row === this.#lines.length) this.#lines.push('');
    this.#top = Math.max(this.#top, this.#row + 1 - this.rows);
  }

  /** Breaks what stands there anew, as most terminals do when they become narrower. */
  narrow(columns: number): void {
    this.columns = columns;
    const before = this.#lines.slice(0, this.#row);
    const broken = (line: string): string[] => line.match(new RegExp(`.{1,${columns}}`, 'gu')) ?? [''];
    this.#row = before.flatMap(broken).length;
    this.#lines = this.#lines.flatMap(broken);
    this.#top = Math.max(0, this.#row + 1 - this.rows);
  }

  text(): string {
    return this.#lines.join('\n');
  }
}

const signer = (number: number, status: SignerProgress['status']): SignerProgress => ({
  signer: number,
  maskedIdentifier: `30********${number}`,
  order: 1,
  status,
  ...(status === 'SIGNED' && { since: '2026-12-01T08:00:00.000Z' }),
});

function job(signers: readonly SignerProgress[], state: 'WAITING_FOR_SIGNERS' | 'SIGNED'): JobDescription {
  const common = {
    version: 1 as const,
    flow: 'PORTAL' as const,
    organizationNumber: '312345676',
    reference: 'shown',
    startedAt: '2026-12-01T08:00:00.000Z',
    deadline: '2026-12-24T08:00:00.000Z',
    signers,
    waitingFor: signers.filter(({ status }) => status === 'WAITING').map(({ signer: number }) => number),
    steps: [],
  };
  return state === 'SIGNED'
    ? {
        ...common,
        status: 'ENDED',
        state,
        outcome: state,
        signatureJobId: '1',
        endedAt: '2026-12-02T08:00:00.000Z',
        archive: { folder: 'f', archivedAt: '2026-12-02T08:00:00.000Z', documents: [] },
      }
    : { ...common, status: 'RUNNING', state };
}

function play(terminal: Terminal, signers: number, between: (step: number) => void = () => undefined) {
  const view = createLiveView({ out: terminal, outcomeFollows: false });
  for (let signed = 0; signed <= signers; signed += 1) {
    const all = Array.from({ length: signers }, (_, index) =>
      signer(index + 1, index < signed ? 'SIGNED' : 'WAITING'),
    );
    view.show(job(all, signed === signers ? 'SIGNED' : 'WAITING_FOR_SIGNERS'));
    if (signed === 1) view.note('No worker has answered within 10 seconds. Start a worker with npm start.');
    if (signed === 2) view.note(undefined);
    between(signed);
  }
  return view;
}

const occurrences = (text: string, part: string): number => text.split(part).length - 1;

describe('the live view on a terminal', () => {
  for (const columns of [120, 80, 30]) {
    it(`shows each signer once when it ends, in ${columns} columns`, () => {
      const terminal = new Terminal({ columns, rows: 40 });
      play(terminal, 3);
      for (const number of [1, 2, 3]) {
        assert.equal(occurrences(terminal.text(), `signer ${number}`), 1, terminal.text());
      }
      assert.doesNotMatch(terminal.text(), /pending|No worker/u);
    });
  }

  it('shows control characters of a text without sending them to the terminal or log', () => {
    const named = { ...job([], 'WAITING_FOR_SIGNERS'), metadata: { note: 'a\u009B2J\u202Eb' } };
    const terminal = new Terminal({ columns: 80, rows: 40 });
    const lines: string[] = [];
    for (const out of [terminal, { write: (line: string) => lines.push(line) }]) {
      const view = createLiveView({ out, outcomeFollows: false });
      view.show(named);
      view.note('c\u001B[2Jd');
    }
    for (const text of [terminal.text(), lines.join('')]) {
      assert.doesNotMatch(text, /[^\P{Control}\n]|\p{Bidi_Control}/u);
      assert.ok(text.includes(String.raw`! c\u001b[2Jd`), text);
    }
    assert.ok(terminal.text().includes(String.raw`note: a\u009b2J\u202eb`), terminal.text());
  });

  it('leaves no duplicate lines in a terminal with fewer rows than the job', () => {
    const terminal = new Terminal({ columns: 80, rows: 6 });
    play(terminal, 9);
    assert.equal(occurrences(terminal.text(), 'signer 1 '), 1, terminal.text());
    assert.match(terminal.text(), /… \d more lines/u);
  });

  it('leaves no duplicate lines when the terminal becomes narrower', () => {
    const terminal = new Terminal({ columns: 80, rows: 40 });
    play(terminal, 3, (step) => step === 1 && terminal.narrow(37));
    for (const number of [1, 2, 3]) {
      assert.equal(occurrences(terminal.text(), `signer ${number}`), 1, terminal.text());
    }
  });

  it('removes its lines if the outcome is printed next, and keeps logged lines', () => {
    const terminal = new Terminal({ columns: 80, rows: 40 });
    const view = createLiveView({ out: terminal, outcomeFollows: true });
    view.show(job([signer(1, 'WAITING')], 'WAITING_FOR_SIGNERS'));
    view.log('Open http://127.0.0.1:4040/ and sign.');
    view.show(job([signer(1, 'SIGNED')], 'SIGNED'));
    view.end();
    assert.equal(terminal.text(), 'Open http://127.0.0.1:4040/ and sign.\n');
  });

  it('prints lines without control sequences on a terminal without support for them', () => {
    const { TERM } = process.env;
    process.env['TERM'] = 'dumb';
    try {
      const terminal = new Terminal({ columns: 80, rows: 40 });
      let written = '';
      terminal.write = (text) => (written += text);
      play(terminal, 2);
      assert.ok(!written.includes(ESCAPE), written);
      assert.match(written, /\d\d:\d\d:\d\d ✔ signer 2/u);
    } finally {
      if (TERM === undefined) delete process.env['TERM'];
      else process.env['TERM'] = TERM;
    }
  });
});
