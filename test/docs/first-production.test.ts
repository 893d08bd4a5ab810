import assert from 'node:assert/strict';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { parseEnv } from 'node:util';
import { load } from 'js-yaml';
import { freePort } from '@signering/dev-stack/internal/processes/remembered-ports.js';
import { findTemporalExecutable, withoutSettings } from '@signering/dev-stack/internal/processes/index.js';
import { loadWorkerSettings } from '@signering/settings';
import { startTestStack, waitFor, type TestStack } from '../fixtures/index.js';
import { codeBlocks, codeWords } from './markdown.js';
import { linkInstalledPackages, readProjectFile } from './project-files.js';

const PAGE = readProjectFile('docs/first-production.md');
const BLOCKS = [...new Set(codeBlocks(PAGE, 'sh').map((block) => block.trim()))];
const [SETTINGS = '', UNIT = '', PRODUCTION_SETTINGS = ''] = codeBlocks(PAGE, 'ini');
/** packages/installed-packages.test.ts installs from packed tarballs; here the packages of the checkout are linked. */
const INSTALL = blockWith('npm run pack-all');

/** The one block of the page with these words. */
function blockWith(words: string): string {
  const exact = BLOCKS.filter((block) => block === words);
  const found = exact.length > 0 ? exact : BLOCKS.filter((block) => block.includes(words));
  assert.equal(found.length, 1, `${found.length} blocks have ${words}`);
  return found[0]!;
}

interface Ended {
  readonly exitCode: number | null;
  readonly output: string;
}

interface Started {
  readonly child: ChildProcess;
  readonly output: () => string;
}

describe('the commands of docs/first-production.md, from top to bottom', () => {
  /** Its sandbox stands for difitest. */
  let stack: TestStack;
  /** Its sandbox stands for the service in production; the folders are all in the first one. */
  let production: TestStack;
  let env: NodeJS.ProcessEnv;
  let values: readonly (readonly [written: string, here: string])[];
  const running: ChildProcess[] = [];
  const followed = new Set<string>();

  before(async () => {
    [stack, production] = await Promise.all([startTestStack(), startTestStack()]);
    const temporal = await findTemporalExecutable({ env: process.env });
    env = {
      ...withoutSettings(process.env),
      PATH: [dirname(temporal), process.env['PATH']].join(delimiter),
    };
    const ports = ['9464', '8080', '9465', '8081'];
    const free = await Promise.all(ports.map(() => freePort()));
    const run = randomUUID();
    values = [
      ['/srv/signering', join(stack.folder, 'signering')],
      ...ports.map((port, index) => [`127.0.0.1:${port}`, `127.0.0.1:${free[index]}`] as const),
      ['TEMPORAL_NAMESPACE=signering-difitest', `TEMPORAL_NAMESPACE=difitest-${run}`],
      ['TEMPORAL_NAMESPACE=signering', `TEMPORAL_NAMESPACE=production-${run}`],
    ];
  });
  after(async () => {
    // A copy: end removes its child from the list.
    await Promise.all([...running].map((child) => end(child, 'SIGTERM')));
    await Promise.all([stack.stop(), production.stop()]);
  });

  const here = (text: string) =>
    values.reduce((result, [written, value]) => result.replaceAll(written, value), text);
  /** In production the steps 4 to 9 are repeated with the folder and addresses of its settings. */
  const hereIn = (cwd: string, block: string) =>
    cwd === folder('signering-production')
      ? here(block.replaceAll('/srv/signering', cwd).replace(':9464', ':9465').replace(':8080', ':8081'))
      : here(block);
  const folder = (name: 'signering' | 'signering-production') => join(stack.folder, name);

  /** Ends all processes of a group. Their output closes when the last one has ended, also a worker behind npx. */
  async function end(child: ChildProcess, signal: 'SIGINT' | 'SIGTERM'): Promise<void> {
    running.splice(running.indexOf(child), 1);
    if (child.stdout!.closed) return;
    const closed = once(child, 'close');
    process.kill(-child.pid!, signal);
    await closed;
  }

  /** Runs a block of the page through bash, which ends at the first command that fails. */
  function run(block: string, cwd: string): Promise<Ended> {
    followed.add(block);
    return new Promise((resolve) => {
      const child = execFile('bash', ['-e', '-c', hereIn(cwd, block)], { cwd, env }, (_, stdout, stderr) =>
        resolve({ exitCode: child.exitCode, output: stdout + stderr }),
      );
    });
  }

  async function done(block: string, cwd: string): Promise<string> {
    const { exitCode, output } = await run(block, cwd);
    assert.equal(exitCode, 0, `${block}\n${output}`);
    return output;
  }

  /** Starts a block that runs until it is stopped. */
  function start(block: string, cwd: string): Started {
    followed.add(block);
    const child = spawn('bash', ['-e', '-c', hereIn(cwd, block)], { cwd, env, detached: true });
    running.push(child);
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    return { child, output: () => output };
  }

  /** The settings of the page; the sandbox stands in for the service. */
  function writeSettings(
    cwd: string,
    written: Readonly<Record<string, string | undefined>>,
    service: TestStack,
  ): void {
    const ofSandbox = ['SIGNERING_ORGANIZATION', 'SIGNERING_API_URL', 'SIGNERING_SERVER_ORGANIZATION'];
    const names = [...ofSandbox, 'SIGNERING_TRUSTED_CERTIFICATES', 'TEMPORAL_ADDRESS'];
    const stands = Object.fromEntries(names.map((name) => [name, service.env[name]]));
    const lines = Object.entries({ ...written, ...stands }).map(([name, value]) => `${name}=${value}\n`);
    writeFileSync(join(cwd, '.env'), lines.join(''));
  }

  /** Steps 4 to 9. @returns the worker */
  async function setUp(cwd: string): Promise<ChildProcess> {
    await done(blockWith('keys new'), cwd);
    await done(blockWith('namespace create'), cwd);
    const before = await run(blockWith('npx signering doctor'), cwd);
    assert.equal(before.exitCode, 75, before.output);
    const failed = [...before.output.matchAll(/^✘ (\S+(?: \S+)*) {2}/gmu)].map(([, check]) => check);
    assert.deepEqual(failed, ['Search attributes', 'Worker'], before.output);
    const worker = start(blockWith('npx signering worker'), cwd);
    await everyCheckPasses(worker, cwd);
    await done(blockWith('install -d -m 700 /srv/signering/codec-server'), cwd);
    writeCodecSettings(cwd);
    const codecServer = start(blockWith('npx signering codec-server'), cwd);
    await waitFor(() => /http:\/\//u.test(codecServer.output()), {
      what: 'the codec server listens',
      explain: codecServer.output,
    });
    const scraped = await done(blockWith('/metrics'), cwd);
    assert.match(scraped, /^signering_certificate_valid_days\{/mu);
    return worker.child;
  }

  async function everyCheckPasses(worker: Started, cwd: string): Promise<void> {
    await waitFor(async () => (await run(blockWith('/readyz'), cwd)).exitCode === 0, {
      what: 'every check passes, and the worker is ready',
      explain: () => worker.output().slice(-4000),
    });
  }

  /** With a static token, because the page's own settings need an issuer; codec-server.test.ts has one. */
  function writeCodecSettings(cwd: string): void {
    const own = join(cwd, 'codec-server');
    const token = { name: 'kari', token: 'a'.repeat(40), roles: ['MASKED'] };
    writeFileSync(join(own, 'tokens.json'), JSON.stringify([token]), { mode: 0o600 });
    const settings = {
      SIGNERING_KEYS_FILE: join(cwd, 'keys'),
      SIGNERING_CODEC_LISTEN: '127.0.0.1:0',
      SIGNERING_CODEC_ORIGINS: 'http://127.0.0.1:8233',
      SIGNERING_CODEC_TOKENS: join(own, 'tokens.json'),
    };
    const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
    writeFileSync(join(own, '.env'), lines.join(''));
  }

  /** Runs a first job, and signs it. */
  async function firstJob(block: string, cwd: string, { admin }: TestStack): Promise<string> {
    const ended = done(block, cwd);
    const job = await Promise.race([
      waitFor(async () => (await admin.jobs())[0]?.signatureJobId, {
        what: 'the first job is at the sandbox',
      }),
      ended.then((output) => assert.fail(output)),
    ]);
    await admin.act(job, 1, 'sign');
    return ended;
  }

  /** Puts the certificate where the issuer's delivery would be. */
  function deliver(name: string, service: TestStack): string {
    const delivery = join(stack.folder, `delivery-${name}`);
    mkdirSync(delivery);
    const { certificate } = service.sandbox().announcement;
    copyFileSync(certificate.file, join(delivery, `${name}.p12`));
    writeFileSync(join(delivery, `${name}.password`), `${certificate.password}\n`);
    return delivery;
  }

  it('set up the test environment', async () => {
    await done(blockWith('install -m 600 test-certificate.p12'), deliver('test-certificate', stack));
    const cwd = folder('signering');
    linkInstalledPackages(cwd);
    writeSettings(cwd, parseEnv(here(SETTINGS)), stack);
    await end(await setUp(cwd), 'SIGINT');
    assert.equal(loadWorkerSettings(parseEnv(here(SETTINGS))).apiUrl, 'difitest');
  });

  it('start the worker as systemd does', async () => {
    const unit = (name: string) => new RegExp(`^${name}=(.+)$`, 'mu').exec(here(UNIT))?.[1] ?? '';
    assert.equal(unit('WorkingDirectory'), folder('signering'));
    await everyCheckPasses(start(`exec ${unit('ExecStart')}`, folder('signering')), folder('signering'));
  });

  it('have Prometheus scrape the address of the worker, under the job name of the alert rules', () => {
    const [prometheus = ''] = codeBlocks(PAGE, 'yaml');
    const rules = 'deploy/monitoring/alerts.yml';
    const targets = [parseEnv(SETTINGS)['SIGNERING_METRICS_ADDRESS']];
    assert.deepEqual(load(prometheus), {
      rule_files: [`/opt/signering-workflows/${rules}`],
      scrape_configs: [{ job_name: 'signering-worker', static_configs: [{ targets }] }],
    });
    assert.ok(readProjectFile(rules).includes('{job="signering-worker"}'));
  });

  it('send a first job, fetch it, and try a recovery', async () => {
    const cwd = folder('signering');
    const output = await firstJob(blockWith('npx signering first-run --signer'), cwd, stack);
    assert.match(output, /first-run: signed by all[^]*signed\.pdf +\d+ bytes +INTACT/u);
    assert.match(readFileSync(join(cwd, 'first-run-evidence.json'), 'utf8'), /"skeleton"/u);
    await done(blockWith('npx signering fetch'), cwd);
    assert.ok(readdirSync(join(cwd, 'first-run-documents')).includes('signed.pdf'));
    await done(blockWith('tar --create'), cwd);
    await done(blockWith('npx signering recover'), cwd);
  });

  it('set up production beside it, and sign for real', async () => {
    await done(blockWith('install -m 600 certificate.p12'), deliver('certificate', production));
    const cwd = folder('signering-production');
    linkInstalledPackages(cwd);
    const settings = { ...parseEnv(here(SETTINGS)), ...parseEnv(here(PRODUCTION_SETTINGS)) };
    writeSettings(cwd, settings, production);
    await setUp(cwd);
    assert.equal(parseEnv(PRODUCTION_SETTINGS)['SIGNERING_API_URL'], 'production');
    const output = await firstJob(blockWith('--production --signer'), cwd, production);
    assert.match(output, /first-run: signed by all/u);
  });

  it('look for what is due', async () => {
    const output = await done(blockWith('npx signering retention'), folder('signering'));
    assert.match(output, /Everything is in order[^]*The rotation is finished[^]*Documents to sign: kept/u);
  });

  it('are all followed, in the order of the page', () => {
    assert.deepEqual(
      [...followed].filter((block) => BLOCKS.includes(block)),
      BLOCKS.filter((block) => block !== INSTALL),
    );
    const prose = PAGE.replaceAll(/^```[\s\S]*?^```$/gmu, '');
    const inline = codeWords(prose).filter((words) => /^(?:npx signering|temporal|npm) \S/u.test(words));
    assert.deepEqual(inline, []);
  });
});
