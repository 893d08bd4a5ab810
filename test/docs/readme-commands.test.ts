import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { parseEnv } from 'node:util';
import {
  existingTemporalExecutable,
  withoutSettings,
} from '@signering/dev-stack/internal/processes/index.js';
import { DEV_ENV_FILE, writeEnvFile } from '@signering/settings';
import { loadWorkerSettings } from '@signering/settings';
import { startTestStack, waitFor, type TestStack } from '../fixtures/index.js';
import { codeBlocks, sectionUnder } from './markdown.js';
import { requireJudge } from '../judges.js';
import { linkInstalledPackages, markdownFiles, PROJECT, readProjectFile } from './project-files.js';

const README = readProjectFile('README.md');
const GUIDE = readProjectFile('docs/integration.md');
const EVIDENCE = readProjectFile('docs/evidence.md');
const SANDBOX = readProjectFile('docs/sandbox.md');
const OTHER_LANGUAGES = readProjectFile('docs/other-languages.md');

/** Pages whose commands have a test for themselves. */
const PAGES_ELSEWHERE = ['docs/operating.md', 'docs/first-production.md', 'docs/batches.md'];

/** Shell blocks that another test runs, or that none can, by words in them. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'npm run demo': 'dev-stack/commands/demo.test.ts',
  'npm start': 'cli/commands/dev.test.ts',
  'npm test': 'it is what runs this test',
  'web-site/main.js': 'docs/example-web-site.test.ts',
  'npx signering webhooks': 'docs/webhooks.test.ts',
  'npm run pack-all': 'packages/installed-packages.test.ts',
  'signering sandbox --port 8443': 'cli/local-stack starts it for every test, with a free port',
};
const WITHIN_MS = 120_000;

interface Finished {
  readonly stdout: string;
  readonly stderr: string;
}

interface BashOptions {
  readonly cwd?: string;
  readonly values?: Readonly<Record<string, string>>;
}

/** The one shell block of a text with these words in it. */
function blockWith(words: string, text: string): string {
  const found = codeBlocks(text, 'sh').filter((block) => block.includes(words));
  assert.equal(found.length, 1, `${found.length} blocks have ${words}`);
  return found[0]!;
}

describe('the commands of README.md and the integration guide, as they are written there', function () {
  let stack: TestStack;
  let folder: string;
  let env: NodeJS.ProcessEnv;

  before(async () => {
    stack = await startTestStack({
      settings: { SIGNERING_SECTOR: 'PRIVATE', SIGNERING_ACCEPT_UNENCRYPTED: 'yes' },
    });
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
    linkInstalledPackages(stack.folder);
    const temporal = await existingTemporalExecutable(process.env);
    assert.ok(temporal, 'There is no `temporal`, though a server runs.');
    const path = [dirname(temporal), process.env['PATH']];
    env = { ...withoutSettings(process.env), PATH: path.join(delimiter) };
  });
  after(() => stack.stop());

  const followed = new Set<string>();

  /** Runs a block with the values of this machine in the place of those that the page stands on. */
  const bash = (block: string, { cwd = folder, values = {} }: BashOptions = {}): Promise<Finished> => {
    followed.add(block);
    const script = Object.entries(values).reduce(
      (text, [written, value]) => text.replaceAll(written, value),
      block,
    );
    return new Promise((resolve, reject) => {
      execFile('bash', ['-e', '-c', script], { cwd, env, timeout: WITHIN_MS }, (error, stdout, stderr) => {
        if (error === null) resolve({ stdout, stderr });
        else reject(new Error(`${error.message}\n${stdout}\n${stderr}`, { cause: error }));
      });
    });
  };
  const jobOf = (reference: string | undefined): Promise<string> =>
    waitFor(
      async () =>
        (await stack.admin.jobs()).find((job) => reference === undefined || job['reference'] === reference)
          ?.signatureJobId,
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
    const { stdout, stderr } = await signed(blockWith('--wait', README), 1);
    assert.match(stderr, /^contract\.pdf is not PDF\/A, which public archives require\.$/mu);
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
    mkdirSync(own);
    copyFileSync(join(PROJECT, 'docs/examples/own-system/status.cjs'), join(own, 'status.cjs'));
    copyFileSync(join(folder, DEV_ENV_FILE), join(own, '.env'));
    assert.equal(
      (await bash('node status.cjs contract-2041', { cwd: own })).stdout,
      'SIGNED, waiting for 0 of the signers\n',
    );
  });

  it('start a job by the temporal command, and read its result in Python', async function () {
    requireJudge(this, 'python3');
    const { stdout } = await bash(blockWith('start-portal-job.sh', OTHER_LANGUAGES));
    assert.match(stdout, /"reference":"agreement-2043"/u);
    await stack.admin.act(await jobOf('agreement-2043'), 1, 'sign');
    await bash('npx signering watch agreement-2043');
    // The shell of the block above has the settings.
    const values = { 'temporal workflow': 'set -a; . .signering/dev.env; set +a\ntemporal workflow' };
    const read = await bash(blockWith('read_result.py', OTHER_LANGUAGES), { values });
    assert.match(read.stdout, /"outcome": ?"SIGNED"/u);
  });

  it('refuse a signer without an address at once, because the settings of the stack have the sector', async () => {
    await assert.rejects(
      bash('npx signering send docs/examples/contract.pdf --title A --signer pin:14838500073'),
      /--signer 1: .*\[INVALID_REQUEST\]/u,
    );
  });

  it('make a key, check everything and send a first job with the settings of the guide for difitest', async () => {
    const section = sectionUnder(GUIDE, '## The first job at difitest');
    const own = join(stack.folder, 'difitest');
    mkdirSync(own);
    const values = { '/srv/signering': own };
    await bash(blockWith('openssl rand', section), { values });
    const { certificate } = stack.sandbox().announcement;
    copyFileSync(certificate.file, join(own, 'test-certificate.p12'));
    writeFileSync(join(own, 'test-certificate.password'), `${certificate.password}\n`);
    const [settings = ''] = codeBlocks(section, 'ini');
    const read = loadWorkerSettings(parseEnv(settings.replaceAll('/srv/signering', own)));
    assert.equal(read.organizationNumber, '312345676');
    const block = blockWith('first-at-difitest', section);
    assert.match((await signed(block, 1, 'first-at-difitest')).stdout, /signed by all/u);
  });

  it('examine signed documents', async () => {
    const archived = join(stack.storageFolder, 'archive');
    const [signedPdf] = readdirSync(archived, { recursive: true }).filter((path) =>
      /signed\.pdf$/u.test(String(path)),
    );
    const cwd = dirname(join(archived, String(signedPdf)));
    copyFileSync(join(PROJECT, 'docs/examples/contract.pdf'), join(cwd, 'contract.pdf'));
    const { stdout } = await bash(blockWith('signering evidence', EVIDENCE), { cwd });
    assert.match(stdout, /File 1: PADES, \d+ bytes: INTACT/u);
  });

  it('call the sandbox, sign there, move its clock and order faults', async () => {
    const { announcement } = stack.sandbox();
    const [job] = await stack.admin.jobs();
    const values = {
      'https://127.0.0.1:8443/api': announcement.apiUrl,
      'http://127.0.0.1:41059/v1': announcement.adminUrl,
      '/srv/posten/certificates/private-sender.p12:PASSWORD': `${announcement.certificate.file}:${announcement.certificate.password}`,
      'jobs/1000001/': `jobs/${job!.signatureJobId}/`,
    };
    for (const block of codeBlocks(SANDBOX, 'sh').filter((one) => one.startsWith('curl'))) {
      const { stdout } = await bash(block, { values });
      assert.ok(stdout.length > 0, block);
    }
  });

  it('are all run here or in another test', () => {
    const blocks = markdownFiles()
      .filter((file) => (file === 'README.md' || file.startsWith('docs/')) && !PAGES_ELSEWHERE.includes(file))
      .flatMap((file) => codeBlocks(readProjectFile(file), 'sh'));
    const left = blocks.filter(
      (block) => !followed.has(block) && !Object.keys(ELSEWHERE).some((words) => block.includes(words)),
    );
    assert.deepEqual(left, []);
  });
});
