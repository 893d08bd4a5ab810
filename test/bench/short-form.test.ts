import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { XmlDocument } from 'libxml2-wasm';
import { processorsForTarget, type Round } from '../../bench/end-to-end.js';
import { readResults } from '../../bench/results.js';
import { codeWords, tableRowsUnder } from '../docs/markdown.js';
import { PROJECT, readProjectFile } from '../docs/project-files.js';
import { freshFolder } from '../fixtures/index.js';
import { seeded } from '../seed.js';

const MAIN = join(PROJECT, 'dist', 'bench', 'main.js');

/** Runs the program of `npm run bench --`, as npm starts it. */
function bench(args: readonly string[], { interruptAt }: { readonly interruptAt?: string } = {}) {
  const child = spawn(process.execPath, ['--conditions=signering-tests', MAIN, ...args], {
    cwd: PROJECT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', (chunk: Buffer) => {
      const before = printed[name];
      printed[name] += chunk.toString();
      const isNow = interruptAt !== undefined && printed[name].includes(interruptAt);
      if (isNow && !before.includes(interruptAt)) child.kill('SIGTERM');
    });
  }
  return new Promise<{ readonly exitCode: number | null; readonly stdout: string; readonly stderr: string }>(
    (resolve) => child.once('close', (exitCode) => resolve({ exitCode, ...printed })),
  );
}

/** The names of all benches, which are the names of their files. */
function benchFiles(): readonly string[] {
  const folder = join(PROJECT, 'bench');
  return readdirSync(folder)
    .filter(
      (file) =>
        file.endsWith('.ts') && /^export const bench: Bench = /mu.test(readProjectFile(`bench/${file}`)),
    )
    .map((file) => file.replace(/\.ts$/u, ''))
    .sort();
}

/** Timings are not asserted: they depend on the machine. */
describe('npm run bench', () => {
  it('in its short form measures every bench, or a third by the seed, and writes figures with spread and a plot', async function () {
    // All benches together take two minutes on a machine without other work, and many times that on a busy one.
    this.timeout(1_800_000);
    const names = benchFiles();
    const { seed } = seeded({});
    // All take two minutes, too long for each run of a developer.
    const chosen =
      process.env['CI'] === undefined ? names.filter((_, index) => index % 3 === seed % 3) : names;
    // Three at a time: figures of the short form are not compared.
    const parts = [0, 1, 2].map((part) => chosen.filter((_, index) => index % 3 === part));
    const runs = await Promise.all(
      parts.map(async (part) => {
        const out = freshFolder('bench');
        const { exitCode, stdout, stderr } = await bench([...part, '--short', '--seed', '7', '--out', out]);
        assert.equal(exitCode, 0, `${stdout}\n${stderr}`);
        assert.deepEqual(
          stdout.split('\n').filter((line) => line.length > 80),
          [],
          'lines are at most 80 columns wide',
        );
        return { out, command: `npm run bench -- ${part.join(' ')} --short --seed 7` };
      }),
    );

    const { stdout: help } = await bench(['--help']);
    for (const name of names) assert.ok(help.includes(name), `${name} is among those that run by default`);
    const benches = Object.fromEntries(runs.flatMap(({ out }) => Object.entries(readResults(out).benches)));
    assert.deepEqual(Object.keys(benches).sort(), chosen, 'each of these benches runs');
    const rows = tableRowsUnder(readProjectFile('bench/README.md'), '## What each bench measures');
    assert.deepEqual(
      names,
      rows.map(([name]) => codeWords(name ?? '')[0] ?? '').sort(),
      'bench/README.md describes every bench',
    );
    for (const [name, { seed, short, command, machine, figures }] of Object.entries(benches)) {
      assert.deepEqual([seed, short], [7, true]);
      assert.ok(
        runs.some((run) => run.command === command),
        `${name}: ${command} repeats it`,
      );
      assert.ok(machine.cores > 0 && machine.memoryGB > 0);
      assert.ok(Object.keys(figures).length > 0, `${name} has figures`);
      for (const [label, { min, median, max, values, target, met }] of Object.entries(figures)) {
        assert.ok(min <= median && median <= max, `${name} / ${label}: the median is within the spread`);
        assert.ok(values.every(Number.isFinite), `${name} / ${label}: has a number in every repetition`);
        assert.equal(met, undefined, `${name} / ${label}: the short form judges no target`);
        if (/^worker, .*resident memory/u.test(label))
          assert.deepEqual(target, { atMost: 512 }, `${name} / ${label}: at rest and at its peak`);
      }
    }
    for (const { out } of runs) {
      const plot = XmlDocument.fromString(readFileSync(join(out, 'bench.svg'), 'utf8'));
      assert.equal(plot.root.name, 'svg');
      plot.dispose();
    }
  });

  it('keeps the figures of finished benches when it is interrupted', async () => {
    const out = freshFolder('bench');
    const { exitCode } = await bench(['job-cost', 'rate-limit', '--short', '--out', out], {
      interruptAt: 'rate-limit (2 of 2)',
    });
    assert.equal(exitCode, 143);
    assert.deepEqual(Object.keys(readResults(out).benches), ['job-cost']);
    assert.deepEqual(readdirSync(out).sort(), ['bench.json', 'bench.svg']);
  });

  it('ends a bench that takes longer than its bound, and goes on with the next', async () => {
    // A hundredth of a minute: less than the start of a stack.
    const { exitCode, stdout } = await bench(['latency', 'rate-limit', '--short', '--within', '0.01']);
    assert.equal(exitCode, 1);
    for (const name of ['latency', 'rate-limit'])
      assert.ok(
        stdout.includes(`${name}: failed. It was ended after 0.01 minutes (--within) before it had figures.`),
        stdout,
      );
  });

  for (const { what, args } of [
    { what: 'an unknown bench', args: ['packages', 'unknown'] },
    { what: 'an unknown option', args: ['--fast'] },
    { what: 'a seed that is no number', args: ['--seed', 'x'] },
    { what: 'a bound that is no time', args: ['--within', '0'] },
    { what: 'saving the figures of the short form as results', args: ['--short', '--save'] },
  ]) {
    it(`rejects ${what} with exit code 2, and measures nothing`, async () => {
      const { exitCode, stdout, stderr } = await bench(args);
      assert.equal(exitCode, 2);
      assert.equal(stdout, '');
      assert.notEqual(stderr, '');
    });
  }
});

describe('the bench end-to-end', () => {
  it('says how many processors its target would need', () => {
    const round = (perSecond: number, processorMs: number): Round => ({
      perSecond,
      processorMs: {
        worker: processorMs,
        client: processorMs,
        sandbox: processorMs,
        Temporal: processorMs,
        'empty worker': 1000,
      },
    });
    const rounds = { agreement: [round(5, 50)], empty: [round(12.5, 10)] };
    assert.equal(
      processorsForTarget(rounds, 2),
      '0.8 times 12.5 empty workflows a second, with 200 ms of processor time for an agreement, would need 2 processors; there are 2.',
    );
  });
});

describe('the committed results of the benches', () => {
  const folder = join(PROJECT, 'bench', 'results');
  const { benches } = readResults(folder);

  it('state a reason beside each missed target', () => {
    const missed = Object.entries(benches).flatMap(([name, { figures }]) =>
      Object.entries(figures)
        .filter(([, { met, reason }]) => met === false && reason === undefined)
        .map(([label]) => `${name} / ${label}`),
    );
    assert.deepEqual(missed, []);
  });

  it('took as long together as the documents say', () => {
    const all = Object.values(benches);
    const minutes = all.reduce((sum, { durationSeconds }) => sum + durationSeconds, 0) / 60;
    for (const file of ['bench/README.md', 'bench/main.ts', 'CONTRIBUTING.md']) {
      const [, stated] = /all benches (?:in )?about (\d+) minutes/u.exec(readProjectFile(file)) ?? [];
      const ratio = Number(stated) / minutes;
      assert.ok(ratio > 0.75 && ratio < 1.33, `${file}: ${stated} minutes, and they took ${minutes}`);
    }
  });

  it('name commits of this history, so that what was measured can be checked out', () => {
    const git = (...args: readonly string[]) => spawnSync('git', args, { cwd: PROJECT, encoding: 'utf8' });
    // An archive of the sources has no history, and a shallow clone not all of it.
    if (git('rev-parse', '--is-shallow-repository').stdout.trim() !== 'false') return;
    const results = readdirSync(folder).filter((file) => file.endsWith('.json'));
    const named = results.flatMap((file) =>
      [...readFileSync(join(folder, file), 'utf8').matchAll(/"commit": "([^" ]+)/gu)].map(
        ([, commit = '']) => commit,
      ),
    );
    assert.ok(named.length > 0);
    const isInHistory = (commit: string) => git('merge-base', '--is-ancestor', commit, 'HEAD').status === 0;
    assert.deepEqual(
      [...new Set(named)].filter((commit) => !isInHistory(commit)),
      [],
    );
  });

  it('name no path of a machine', () => {
    for (const file of readdirSync(folder)) {
      assert.doesNotMatch(readFileSync(join(folder, file), 'utf8'), /\/(home|root|tmp|work|Users)\//);
    }
    assert.ok(existsSync(join(folder, 'bench.svg')));
  });
});
