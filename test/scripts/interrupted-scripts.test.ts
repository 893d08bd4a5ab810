import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../docs/project-files.js';
import { freshFolder, waitFor } from '../fixtures/index.js';

describe('an interrupted script', () => {
  for (const [script, options] of [
    ['faults', ['--agreements', '1', '--disturbances', '1']],
    ['soak', ['--minutes', '1']],
    ['webhook-flood', ['--jobs', '1000']],
  ] as const) {
    it(`ends the processes that it started, and removes its files: ${script}`, async () => {
      const temporary = freshFolder(script);
      const file = join(PROJECT, 'dist', 'scripts', `${script}.js`);
      const child = spawn(process.execPath, ['--conditions=signering-tests', file, ...options], {
        cwd: PROJECT,
        env: { ...process.env, TMPDIR: temporary },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let said = '';
      child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
      try {
        const records = () =>
          readdirSync(temporary, { recursive: true, encoding: 'utf8' })
            .filter((name) => name.endsWith('.process.json'))
            .map((name) => join(temporary, name));
        await waitFor(() => records().length >= 2, { what: 'the script has started processes' });
        const started = records().map((name) => {
          const { pid } = JSON.parse(readFileSync(name, 'utf8')) as { readonly pid: number };
          return pid;
        });
        const exited = once(child, 'exit');
        child.kill('SIGINT');
        const [code] = (await exited) as [number | null];
        assert.equal(code, 130, said);
        assert.match(said, /^Interrupted: /mu);
        assert.deepEqual(
          started.filter((pid) => existsSync(`/proc/${pid}`)),
          [],
        );
        assert.deepEqual(readdirSync(temporary), []);
      } finally {
        child.kill('SIGKILL');
      }
    });
  }
});
