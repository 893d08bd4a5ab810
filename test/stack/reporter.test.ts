import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freshFolder } from './index.js';

const MOCHA = createRequire(import.meta.url).resolve('mocha/bin/mocha.js');
const REPORTER = fileURLToPath(new URL('./reporter.js', import.meta.url));

function report(tests: string): { readonly exitCode: number | null; readonly lines: readonly string[] } {
  const folder = freshFolder('report');
  const file = join(folder, 'some.test.cjs');
  writeFileSync(file, tests);
  const { status, stdout } = spawnSync(
    process.execPath,
    [MOCHA, '--no-config', '--reporter', REPORTER, file],
    { cwd: folder, encoding: 'utf8', env: { PATH: process.env['PATH'] } },
  );
  return { exitCode: status, lines: stdout.trimEnd().split('\n') };
}

describe('the report of a run', () => {
  it('closes with one line of plain words', () => {
    const { exitCode, lines } = report("it('passes', () => {});");
    assert.deepEqual([exitCode, lines.at(-1)], [0, '1 passed, 0 failed, 0 skipped']);
  });

  it('names what is skipped, and lets pass what may be', () => {
    const { exitCode, lines } = report(
      "it('judge [skipped: xmlsec1 is not installed, so nobody else judges this]');",
    );
    assert.equal(exitCode, 0);
    assert.match(lines.at(-2) ?? '', /^skipped: judge \[skipped: xmlsec1/u);
    assert.equal(lines.at(-1), '0 passed, 0 failed, 1 skipped');
  });

  it('takes the reason from a hook that skipped the whole suite', () => {
    for (const place of ['this.test', 'this.currentTest']) {
      const { exitCode, lines } = report(`
        describe('suite', () => {
          before(function () {
            ${place}.title += ' [skipped: no reference material; set SIGNERING_REFERENCE to its folder]';
            this.skip();
          });
          it('one', () => {});
          it('two', () => {});
        });`);
      assert.deepEqual([exitCode, lines.at(-1)], [0, '0 passed, 0 failed, 2 skipped'], place);
    }
  });

  it('fails when something is skipped that may not be', () => {
    const { exitCode, lines } = report(
      "it.skip('inconvenient', () => {}); it('fails', () => { throw new Error(); });",
    );
    assert.equal(exitCode, 2);
    assert.match(lines.at(-2) ?? '', /^skipped, though it may not be: inconvenient$/u);
    assert.equal(lines.at(-1), '0 passed, 1 failed, 1 skipped');
  });
});
