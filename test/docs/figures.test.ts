import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withCurrentFigures } from '../../bench/doc-figures.js';
import { summaryOfLongRun } from '../../bench/long-runs.js';
import { freshFolder } from '../fixtures/index.js';
import { allCells } from '../campaign/crash-points.js';
import { LONG_RUNS, SHORT_RUNS } from '../model/runs.js';
import { markdownFiles, readProjectFile } from './project-files.js';

/** Documents about the product; CHANGELOG.md tells what a change achieved when it was made. */
const PRODUCT_DOCUMENTS = /^(?:README\.md|CONTRIBUTING\.md|SECURITY\.md|docs\/.+\.md|[a-z-]+\/README\.md)$/;
/** Statements about speed, memory and time: a number with a unit, a comparison, or a duration with its verb. */
const MEASURED =
  /\d[\d.,]* ?(?:ms|µs|[kMG]B|Mbit\/s)\b|\b(?:takes?|needs?|uses?|saves?|grows? by) (?:about |up to |some )?\d[\d.,]* ?(?:[kMG]iB\b|%)|(?:\d[\d.,]*|\b(?:several|many|two|three|four|five|ten)) times (?:as (?:fast|slow|large|much)|faster|slower|the)\b|\b(?:took|takes|succeeded after)\b[^.|]*?(?:\d|two|three|four|five|ten) (?:ms|seconds?|minutes?)\b|a (?:quarter|half) of a second/g;
/** Sizes of documents, a threshold and a grace period: bounds, which are not measured. */
const BOUNDS = [
  '20 kB',
  '10 MB',
  'took longer than five minutes',
  'takes no new work, and waits at most 20 seconds',
];

describe('figures in the documents', () => {
  for (const file of markdownFiles()) {
    it(`${file}: those of the benches are the committed results`, () => {
      const text = readProjectFile(file);
      assert.equal(text, withCurrentFigures(text), 'npm run bench -- --write-docs writes them');
    });
  }

  for (const file of markdownFiles().filter((path) => PRODUCT_DOCUMENTS.test(path))) {
    it(`${file}: states nothing about speed and memory that is not in the results`, () => {
      const text = readProjectFile(file)
        .replaceAll(/^```[\s\S]*?^```$/gm, '')
        .replaceAll(/<!-- figure: .*?<!-- end -->/g, '')
        .replaceAll(/<!-- report -->[\s\S]*?<!-- end report -->/g, '');
      const stated = [...text.matchAll(MEASURED)].map(([match]) => match);
      assert.deepEqual(
        stated.filter((statement) => !BOUNDS.includes(statement)),
        [],
        'write a mark such as <!-- figure: packages / 20 kB --><!-- end -->',
      );
    });
  }

  it('docs/operating.md: a cached workflow has the memory that the worker plans for it', () => {
    const [, planned] =
      /^const ONE_WORKFLOW_MIB = ([\d.]+);$/mu.exec(readProjectFile('settings/workflow-cache.ts')) ?? [];
    const [, stated] =
      /the worker plans ([\d.]+) MiB for each workflow/u.exec(readProjectFile('docs/operating.md')) ?? [];
    assert.equal(stated, planned);
  });

  it('the summary of a fault campaign has its quiet times, which an earlier one lacks', () => {
    const folder = freshFolder('results');
    const earlier = { startedAt: '2026-11-28', seconds: 1037 };
    const quiet = { quietTimes: 7, longestQuietTimeSeconds: 41.2, quietSeconds: 310 };
    const summaryOf = (run: object): string => {
      const counts = { kindsOfMenu: 74, kindsCarriedOut: 74, agreements: 152, violations: 0 };
      const heldUp = { heldUpAtMostSeconds: 180, longestHeldUpSeconds: 11 };
      writeFileSync(
        join(folder, 'faults-folder.json'),
        JSON.stringify({ ...counts, ...heldUp, runs: [{ ...earlier, ...run }] }),
      );
      return summaryOfLongRun(folder, 'faults-folder.json');
    };
    assert.match(summaryOf({}), /11 s of 180 between the faults.*without quiet times/u);
    assert.match(
      summaryOf({ ...quiet, longestHeldUpByClockSeconds: 95.3 }),
      /7 quiet times everything under way ended within 41.2 s of 180; .*faults included, for at most 95.3 s; 310 of 1,037 s/u,
    );
  });

  it('docs/reliability.md: the committed long runs were complete, and broke no promise', () => {
    const read = (name: string): LongRuns =>
      JSON.parse(readProjectFile(`bench/results/${name}.json`)) as LongRuns;
    for (const storage of ['folder', 's3']) {
      const faults = read(`faults-${storage}`);
      assert.deepEqual([faults.violations, faults.kindsCarriedOut], [0, faults.kindsOfMenu], storage);
      assert.ok(faults.longestHeldUpSeconds <= faults.heldUpAtMostSeconds, storage);
    }
    const matrix = read('crash-matrix');
    const all = allCells().length;
    assert.deepEqual([matrix.cells, matrix.kept], [all, all]);
    // One run of one commit: cells of several would show no state of the code as a whole.
    assert.deepEqual(
      matrix.runs.map(({ cells, kept, commit }) => [cells, kept, /^[0-9a-f]{12}$/u.test(commit ?? '')]),
      [[all, all, true]],
    );
    const { runs } = read('model-check');
    const names = [...SHORT_RUNS, ...LONG_RUNS].map(({ name }) => name);
    assert.deepEqual(
      runs.map(({ name, broken }) => [name, broken]),
      names.map((name) => [name, undefined]),
    );
    const { minutes, violations, trends } = read('soak');
    assert.ok(minutes >= 30);
    assert.deepEqual(violations, []);
    for (const [quantity, { flat }] of Object.entries(trends)) assert.ok(flat, quantity);
  });
});

/** Members of the files of results. */
interface LongRuns {
  readonly violations: number | readonly string[];
  readonly kindsOfMenu: number;
  readonly kindsCarriedOut: number;
  readonly longestHeldUpSeconds: number;
  readonly heldUpAtMostSeconds: number;
  readonly cells: number;
  readonly kept: number;
  readonly runs: readonly RunOfResults[];
  readonly minutes: number;
  readonly trends: Readonly<Record<string, { readonly flat: boolean }>>;
}

interface RunOfResults {
  readonly name: string;
  readonly broken?: string;
  readonly cells: number;
  readonly kept: number;
  readonly commit?: string;
}
