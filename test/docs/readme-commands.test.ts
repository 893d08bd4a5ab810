import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { SIGNERING_COMMAND, withoutSettings } from '../../cli/local-stack/index.js';
import { DEV_ENV_FILE, writeEnvFile } from '../../cli/stack/index.js';
import { startTestStack, waitFor, type TestStack } from '../stack/index.js';
import { codeBlocks, sectionUnder } from './markdown.js';
import { PROJECT, readProjectFile } from './project-files.js';

const README = readProjectFile('README.md');
const GUIDE = readProjectFile('docs/integration.md');
const WITHIN_MS = 120_000;

interface Finished {
  readonly stdout: string;
  readonly stderr: string;
}

/** The one shell block of a text with these words in it. */
function blockWith(words: string, text: string): string {
  const found = codeBlocks(text, 'sh').filter((block) => block.includes(words));
  assert.equal(found.length, 1, `${found.length} blocks have ${words}`);
  return found[0]!;
}

describe('the commands of README.md and the integration guide, as they are written there', function () {
  this.timeout(180_000);
  let stack: TestStack;
  let folder: string;
  let env: NodeJS.ProcessEnv;

  before(async () => {
    stack = await startTestStack({ settings: { SIGNERING_SECTOR: 'PRIVATE' } });
    await stack.startWorker();
    // The folder of the package as npm start leaves it, with the settings of this stack.
    folder = join(stack.folder, 'package');
    mkdirSync(join(folder, '.signering'), { recursive: true });
    for (const name of ['dist', 'docs', 'node_modules', 'package.json']) {
      symlinkSync(join(PROJECT, name), join(folder, name));
    }
    const settings = Object.entries(stack.env).filter(([name]) => /^(?:SIGNERING|TEMPORAL)_/u.test(name));
    writeEnvFile(
      join(folder, DEV_ENV_FILE),
      Object.fromEntries(settings.map(([name, value]) => [name, value ?? ''])),
    );
    const bin = join(stack.folder, 'bin');
    mkdirSync(bin);
    const npx = join(bin, 'npx');
    writeFileSync(
      npx,
      `#!/bin/sh\n[ "$1" = signering ] && shift && exec "${process.execPath}" "${SIGNERING_COMMAND}" "$@"\n`,
    );
    chmodSync(npx, 0o755);
    env = { ...withoutSettings(process.env), PATH: [bin, process.env['PATH']].join(delimiter) };
  });
  after(() => stack.stop());

  const bash = (script: string, cwd = folder): Promise<Finished> =>
    new Promise((resolve, reject) => {
      execFile('bash', ['-e', '-c', script], { cwd, env, timeout: WITHIN_MS }, (error, stdout, stderr) => {
        if (error === null) resolve({ stdout, stderr });
        else reject(new Error(`${error.message}\n${stdout}\n${stderr}`, { cause: error }));
      });
    });
  const jobOf = (reference: string | undefined): Promise<string> =>
    waitFor(
      async () =>
        (await stack.admin.jobs()).find((job) => reference === undefined || job['reference'] === reference)
          ?.id,
      {
        what: 'the job is at the sandbox',
        withinMs: WITHIN_MS,
      },
    );

  /** Runs commands that end with the outcome, and signs meanwhile. */
  async function signed(script: string, signers: number, reference?: string): Promise<Finished> {
    const ended = bash(script);
    const job = await Promise.race([jobOf(reference), ended.then(({ stdout }) => assert.fail(stdout))]);
    for (let signer = 1; signer <= signers; signer += 1) await stack.admin.act(job, signer, 'sign');
    return ended;
  }

  it('send the sample document and wait for its outcome', async () => {
    const { stdout } = await signed(blockWith('--wait', README), 1);
    assert.match(stdout, /signed by all[\s\S]*signed\.pdf/u);
  });

  it('send to two signers, one after the other, and watch', async () => {
    const { stdout } = await signed(blockWith('--reference contract-2041', README), 2, 'contract-2041');
    assert.match(stdout, /Sent under the reference contract-2041[\s\S]*signed by all/u);
  });

  it('send in the direct flow, and get a fresh address', async () => {
    const { stdout } = await bash(blockWith('--reference contract-2042', README));
    assert.match(stdout, /signer 1\s+http/u);
    const [fresh] = /npx signering redirect-url contract-2042 --signer id:CUSTOMER-1/u.exec(README) ?? [];
    assert.match((await bash(fresh!)).stdout, /^http\S+\n$/u);
  });

  it('send a request as JSON', async () => {
    const { stdout } = await bash(blockWith('--job', sectionUnder(GUIDE, '## A request as JSON')));
    assert.match(stdout, /Sent under the reference agreement-2042/u);
  });

  it('run the example with the settings of the stack', async () => {
    await signed(blockWith('send-agreement.js', README), 2, 'agreement-2041');
  });

  it('run a program in CommonJS in another folder, whose .env has the settings', async () => {
    const own = join(stack.folder, 'own-system');
    mkdirSync(join(own, 'node_modules'), { recursive: true });
    // As npm install of a folder leaves it.
    symlinkSync(PROJECT, join(own, 'node_modules', 'signering-workflows'));
    copyFileSync(join(PROJECT, 'docs/examples/own-system/status.cjs'), join(own, 'status.cjs'));
    copyFileSync(join(folder, DEV_ENV_FILE), join(own, '.env'));
    assert.equal(
      (await bash('node status.cjs contract-2041', own)).stdout,
      'SIGNED, waiting for 0 of the signers\n',
    );
  });

  it('refuse a signer without an address at once, because the settings of the stack have the sector', async () => {
    await assert.rejects(
      bash('npx signering send docs/examples/contract.pdf --title A --signer pin:14838500073'),
      /--signer 1: .*\[INVALID_REQUEST\]/u,
    );
  });
});
