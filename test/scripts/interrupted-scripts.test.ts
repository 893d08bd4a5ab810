import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { processIdentity } from '@signering/dev-stack/internal/processes/index.js';
import { PROJECT } from '../docs/project-files.js';
import { freshFolder, waitFor } from '../fixtures/index.js';

/** Of the processes whose records are complete. */
function pidsIn(folder: string): readonly number[] {
  const records = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.process.json'),
  );
  return records.flatMap((name) => {
    try {
      return [(JSON.parse(readFileSync(join(folder, name), 'utf8')) as { readonly pid: number }).pid];
    } catch {
      return [];
    }
  });
}

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
        const started = await waitFor(
          () => {
            const pids = pidsIn(temporary);
            return pids.length >= 2 ? pids : undefined;
          },
          { what: 'the script has started processes', explain: () => said },
        );
        const exited = once(child, 'exit');
        child.kill('SIGINT');
        const [code] = (await exited) as [number | null];
        assert.equal(code, 130, said);
        assert.match(said, /^Interrupted: /mu);
        assert.deepEqual(
          started.filter((pid) => processIdentity(pid) !== undefined),
          [],
        );
        assert.deepEqual(readdirSync(temporary), []);
      } finally {
        child.kill('SIGKILL');
      }
    });
  }
});
