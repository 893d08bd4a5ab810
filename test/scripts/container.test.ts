import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEnv, promisify } from 'node:util';
import { load } from 'js-yaml';
import { PDFDocument } from '@cantoo/pdf-lib';
import { SigningClient } from '@signering/client';
import { freePort } from '@signering/dev-stack/internal/processes/remembered-ports.js';
import { SIGNERING_COMMAND } from '@signering/dev-stack/internal/processes/index.js';
import { syntheticIdentityNumber } from '@signering/dev-stack/internal/demo/synthetic-number.js';
import { readProjectFile } from '../docs/project-files.js';
import { startTestStack, waitFor, type TestStack } from '../fixtures/index.js';

const run = promisify(execFile);

const scriptFile = (name: string): string =>
  fileURLToPath(import.meta.resolve(`@signering/dev-stack/internal/container/${name}.js`));

describe('the scripts that docker-compose.yml runs', () => {
  let stack: TestStack;

  /** Runs a script as a container would: in its folder, with nothing but what stands in `.signering/`. */
  const runScript = (name: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}) =>
    run(process.execPath, [scriptFile(name), ...args], {
      cwd: stack.folder,
      env: { ...process.env, ...env },
    });

  const settings = (): NodeJS.ProcessEnv =>
    parseEnv(readFileSync(join(stack.folder, '.signering', 'dev.env'), 'utf8'));

  before(async () => {
    stack = await startTestStack();
    mkdirSync(join(stack.folder, '.signering'));
    const announcement = `${JSON.stringify(stack.sandbox().announcement)}\n`;
    writeFileSync(join(stack.folder, '.signering', 'announcement.json'), announcement);
    const { address, namespace } = stack.temporal;
    await runScript('write-settings', [], { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace });
  });

  after(() => stack.stop());

  it('write settings with their own key, for this user only', () => {
    const file = join(stack.folder, '.signering', 'dev.env');
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(settings()['SIGNERING_API_URL'], stack.sandbox().announcement.apiUrl);
  });

  it('find the sandbox healthy', async () => {
    await runScript('check-sandbox');
  });

  it('find the worker healthy only when it polls', async () => {
    const compose = load(readProjectFile('docker-compose.yml')) as {
      readonly services: { readonly worker: { readonly healthcheck: { readonly test: readonly string[] } } };
    };
    const [, , ...command] = compose.services.worker.healthcheck.test.map((word) =>
      word.replaceAll('$$', '$'),
    );
    const SIGNERING_HEALTH_ADDRESS = `127.0.0.1:${await freePort()}`;
    const check = () => run(process.execPath, command, { env: { ...process.env, SIGNERING_HEALTH_ADDRESS } });
    await assert.rejects(check());
    await stack.startWorker({ ...onlyText(settings()), SIGNERING_HEALTH_ADDRESS });
    await waitFor(check, { what: 'the worker is found healthy' });
  });

  it('let Temporal Web reach the codec server with the token of the file', async () => {
    const { configs, services } = load(readProjectFile('docker-compose.yml')) as {
      readonly configs: { readonly 'codec-tokens': { readonly content: string } };
      readonly services: {
        readonly 'codec-server': { readonly environment: Readonly<Record<string, string>> };
      };
    };
    const tokens = join(stack.folder, 'codec-tokens.json');
    // Compose puts the default in the place of a variable that is not set.
    writeFileSync(tokens, configs['codec-tokens'].content.replace(/\$\{\w+:-([^}]*)\}/u, '$1'));
    const [{ token }] = JSON.parse(readFileSync(tokens, 'utf8')) as [{ readonly token: string }];
    const [inside, outside] = [await freePort(), await freePort()];
    const env = {
      ...process.env,
      ...services['codec-server'].environment,
      SIGNERING_CODEC_LISTEN: `127.0.0.1:${inside}`,
      SIGNERING_CODEC_TOKENS: tokens,
    };
    const options = { cwd: stack.folder, stdio: 'ignore', env } as const;
    const started = [
      spawn(process.execPath, [SIGNERING_COMMAND, 'codec-server'], options),
      spawn(process.execPath, [scriptFile('forward'), `${outside}`, `${inside}`], options),
    ];
    try {
      const origin = 'http://127.0.0.1:8233';
      const decode = async () => {
        const body = JSON.stringify({ payloads: [] });
        const url = `http://127.0.0.1:${outside}/${token}/decode`;
        return await fetch(url, { method: 'POST', headers: { origin }, body });
      };
      const answer = await waitFor(decode, { what: 'the codec server answers' });
      assert.equal(answer.status, 200);
      assert.equal(answer.headers.get('access-control-allow-origin'), origin);
    } finally {
      for (const one of started) one.kill();
    }
  });

  it('let a signer sign', async () => {
    const client = await SigningClient.connect({ env: settings() });
    try {
      const document = await PDFDocument.create();
      document.addPage();
      const personalIdentificationNumber = syntheticIdentityNumber({ day: 12, month: 4, year: 88 });
      await client.startPortalJob({
        reference: 'in-containers',
        title: 'Agreement',
        documents: [{ content: await document.save(), name: 'agreement.pdf' }],
        signers: [{ personalIdentificationNumber, emailAddress: 'kari@example.com' }],
      });
      const job = await waitFor(async () => (await stack.admin.jobs())[0], {
        what: 'the job is at the sandbox',
      });
      await runScript('sign', [job.signatureJobId, '1']);
      assert.equal((await client.waitForResult('in-containers')).outcome, 'SIGNED');
    } finally {
      await client.close();
    }
  });
});

function onlyText(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value ?? '']));
}
