import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeAgreement } from '@signering/dev-stack/internal/demo/agreement.js';
import { SIGNERING_COMMAND, withoutSettings } from '@signering/dev-stack/internal/processes/index.js';
import type { ArchivedMetadata } from '@signering/storage';
import { freshFolder, runSignering, waitFor } from '../../fixtures/index.js';

describe('signering demo', () => {
  it('ends with an archive, the outcome for each signer, and the duration of each step', async () => {
    const cwd = freshFolder('demo');
    const env = withoutSettings(process.env);
    const { exitCode, stdout, stderr } = await runSignering({ args: ['demo'], env, cwd });
    assert.equal(exitCode, 0, stderr);
    assert.match(stderr, /signer 1 .*pending until[\s\S]*signer 3 .*pending until[\s\S]*signed by all/u);
    assert.match(stdout, /signer 1 .*SIGNED[\s\S]*signer 2 .*SIGNED[\s\S]*signer 3 .*SIGNED/u);
    const shown = /Archived in\s+(.*)/u.exec(stdout)![1]!;
    assert.match(
      shown,
      /^\.signering\/demo\/storage\/archive\//u,
      'relative to the folder, as in the README',
    );
    const folder = join(cwd, shown);
    const listed = [...stdout.matchAll(/^ {2}(\S+) +(\d+) bytes\s+sha256 ([0-9a-f]{64})$/gmu)];
    assert.deepEqual(
      listed.map(([, name]) => name),
      ['metadata.json', 'receipt.json', 'signed.pdf', 'xades-1.xml', 'xades-2.xml', 'xades-3.xml'],
    );
    for (const [, name, size, sha256] of listed) {
      const content = readFileSync(join(folder, name!));
      assert.equal(content.length, Number(size));
      assert.equal(createHash('sha256').update(content).digest('hex'), sha256);
    }
    for (const step of ['create', 'wait', 'archive', 'confirm', 'total']) {
      assert.match(stdout, new RegExp(`^  ${step} +[\\d.]+ m?s`, 'mu'));
    }
    assert.doesNotMatch(`${stdout}${stderr}`, /(?<![\da-f])\d{11}(?![\da-f])/u);
  });

  it("accepts the user's files, and starts with an empty stack each time", async () => {
    const cwd = freshFolder('demo');
    const env = withoutSettings(process.env);
    for (const name of ['mine.pdf', 'other.pdf']) writeFileSync(join(cwd, name), await makeAgreement());
    const { exitCode, stdout, stderr } = await runSignering({
      args: ['demo', 'mine.pdf', 'other.pdf', '--json'],
      env,
      cwd,
    });
    assert.equal(exitCode, 0, stderr);
    const { outcome, folder } = JSON.parse(stdout) as {
      readonly outcome: string;
      readonly folder: string;
    };
    assert.equal(outcome, 'SIGNED');
    const metadata = JSON.parse(readFileSync(join(folder, 'metadata.json'), 'utf8')) as ArchivedMetadata;
    assert.deepEqual(
      metadata.documents.map(({ name }) => name),
      ['mine.pdf', 'other.pdf'],
    );
  });

  it('ends within seconds when interrupted, prints a message, and leaves nothing running', async () => {
    const cwd = freshFolder('demo');
    const demo = spawn(process.execPath, [SIGNERING_COMMAND, 'demo'], {
      cwd,
      env: withoutSettings(process.env),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    demo.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await waitFor(() => said.includes('pending until'), {
      what: 'the job waits for a signer',
      explain: () => said,
    });
    demo.kill('SIGINT');
    const [exitCode] = (await once(demo, 'close')) as [number | null];
    assert.equal(exitCode, 130, said);
    assert.match(said, /Stopping the worker, the sandbox and Temporal …\n$/u);
    const left = readdirSync(join(cwd, '.signering', 'demo')).filter((name) =>
      name.endsWith('.process.json'),
    );
    assert.deepEqual(left, []);
  });
});
