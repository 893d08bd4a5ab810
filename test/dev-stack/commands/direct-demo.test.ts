import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ScriptedBrowser } from '@signering/dev-stack/internal/demo/scripted-browser.js';
import { syntheticIdentityNumber } from '@signering/dev-stack/internal/demo/synthetic-number.js';
import { SIGNERING_COMMAND, withoutSettings } from '@signering/dev-stack/internal/processes/index.js';
import { freshFolder, runSignering, waitFor } from '../../fixtures/index.js';

const PIN = syntheticIdentityNumber({ day: 4, month: 11, year: 79 });

interface RunningDemo {
  readonly process: ChildProcess;
  /** Where its web site asks to be opened. */
  readonly url: string;
  readonly printed: () => string;
  readonly said: () => string;
}

async function startInteractiveDemo(cwd: string): Promise<RunningDemo> {
  const demo = spawn(process.execPath, [SIGNERING_COMMAND, 'demo', '--direct', '--interactive', '--json'], {
    cwd,
    env: withoutSettings(process.env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  let said = '';
  demo.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  demo.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const url = await waitFor(() => /Open this address[^\n]*\n\n {2}(http\S+)\n/u.exec(said)?.[1], {
    what: 'the demo asks to be opened in a browser',
    explain: () => said,
  });
  return { process: demo, url, printed: () => printed, said: () => said };
}

function processesLeft(cwd: string): readonly string[] {
  const folder = join(cwd, '.signering', 'demo');
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.process.json')) : [];
}

describe('signering demo --direct', function () {
  it('redirects two signers from a web site to the service and back, and ends with an archive', async () => {
    const cwd = freshFolder('direct-demo');
    const env = withoutSettings(process.env);
    const { exitCode, stdout, stderr } = await runSignering({ args: ['demo', '--direct'], env, cwd });
    assert.equal(exitCode, 0, stderr);
    assert.match(
      stderr,
      /→ signer 1 is sent to the redirect URL http\S+\n[\s\S]*← a signer returned with a token; answer after [\d.]+ m?s: waiting for signers\n[\s\S]*→ signer 2 [\s\S]*← a signer returned .*: signed by all\n/u,
    );
    assert.match(stdout, /signer 1 {2}30\*{9} {2}SIGNED.*\n {2}signer 2 {2}CUSTOMER-2 {2,}SIGNED/u);
    const listed = [...stdout.matchAll(/^ {2}(\S+) +\d+ bytes\s+sha256 [0-9a-f]{64}$/gmu)];
    assert.deepEqual(
      listed.map(([, name]) => name),
      ['metadata.json', 'receipt.json', 'signed.pdf', 'xades-1.xml', 'xades-2.xml'],
    );
    for (const step of ['create', 'wait', 'archive', 'confirm', 'total']) {
      assert.match(stdout, new RegExp(`^  ${step} +[\\d.]+ m?s`, 'mu'));
    }
    assert.doesNotMatch(`${stdout}${stderr}`, /(?<![\da-z_-])\d{11}(?![\da-z_-])|status_query_token/iu);
    assert.deepEqual(processesLeft(cwd), []);
  });

  it("receives the user's browser, also after a failed signing ceremony", async () => {
    const cwd = freshFolder('interactive-demo');
    const demo = await startInteractiveDemo(cwd);
    const browser = new ScriptedBrowser(AbortSignal.timeout(500_000));
    const start = await browser.open(demo.url);
    assert.match(start.text, /<form method="post" action="\/sign\/1"><button>Sign</u);
    const broken = await browser.submit(new URL('/sign/1', demo.url));
    const back = await browser.submit(`${broken.url.href}/fail`);
    assert.match(back.text, /Welcome back[\s\S]*signer 1, CUSTOMER-1: FAILED[\s\S]*Try again/u);
    const again = await browser.submit(new URL('/sign/1', demo.url));
    const done = await browser.submit(`${again.url.href}/sign`, { person: PIN, consent: 'yes' });
    assert.match(done.text, /signed by all[\s\S]*You can close this page/u);
    const [exitCode] = (await once(demo.process, 'close')) as [number | null];
    assert.equal(exitCode, 0, demo.said());
    const { outcome } = JSON.parse(demo.printed()) as { readonly outcome: string };
    assert.equal(outcome, 'SIGNED');
    assert.match(demo.said(), /→ signer 1 is sent to the redirect URL[\s\S]*→ signer 1 is sent to a new/u);
  });

  it('shows a page for an invalid token, and ends on Ctrl-C without leaving processes', async () => {
    const cwd = freshFolder('interactive-demo');
    const demo = await startInteractiveDemo(cwd);
    const wrong = await fetch(new URL('/signing/completed?status_query_token=guessed', demo.url));
    assert.equal(wrong.status, 400);
    assert.match(await wrong.text(), /That did not work/u);
    assert.equal((await fetch(new URL('/elsewhere', demo.url))).status, 404);
    demo.process.kill('SIGINT');
    const [exitCode] = (await once(demo.process, 'close')) as [number | null];
    assert.equal(exitCode, 130, demo.said());
    assert.match(demo.said(), /Stopping the worker, the sandbox and Temporal …\n$/u);
    assert.ok(!demo.said().includes('guessed'));
    assert.deepEqual(processesLeft(cwd), []);
    await assert.rejects(fetch(demo.url), 'its web site is closed');
  });
});
