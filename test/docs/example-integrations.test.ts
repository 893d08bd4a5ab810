import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onePagePdf } from '../end-to-end/portal-jobs.js';
import { visit } from '../end-to-end/direct-jobs.js';
import { jobIdsOf } from '../end-to-end/sandbox-evidence.js';
import { startTestStack, waitFor, type TestStack } from '../fixtures/index.js';
import { startExample, type ExampleProcess } from './example-process.js';
import { PROJECT } from './project-files.js';
// The example's own test, which needs no stack.
import '../../docs/examples/integrations/nest-contracts.test.js';

const FOLDER = 'docs/examples/integrations';
/** Where browsers would find the site. */
const SITE = 'https://shop.example';
const PERSON = '14838500073';
const LISTENS = /^Listens on port (\d+)/u;

describe('docs/examples/integrations', () => {
  let stack: TestStack;
  let file: string;
  const started: ExampleProcess[] = [];

  before(async () => {
    stack = await startTestStack();
    await stack.startWorker();
    file = join(stack.folder, 'contract.pdf');
    await writeFile(file, await onePagePdf('A contract'));
  });
  after(async () => {
    for (const example of started) await example.stop();
    await (stack as TestStack | undefined)?.stop();
  });

  const start = async (source: string): Promise<(path: string, init?: RequestInit) => Promise<Response>> => {
    const env = { BASE_URL: SITE };
    const example = await startExample({ source, args: [file], stack, announcement: LISTENS, env });
    started.push(example);
    const at = `http://127.0.0.1:${example.announced}`;
    return (path, init = {}) => fetch(`${at}${path}`, { redirect: 'manual', ...init });
  };
  const run = (source: string, ...args: readonly string[]) =>
    new Promise<{ readonly code: unknown; readonly stdout: string; readonly stderr: string }>((resolve) => {
      const compiled = join(PROJECT, 'dist', FOLDER, `${source}.js`);
      const { env, folder: cwd } = stack;
      execFile(process.execPath, [compiled, ...args], { env, cwd }, (error, stdout, stderr) =>
        resolve({ code: error?.code ?? 0, stdout, stderr }),
      );
    });
  const sign = async (reference: string): Promise<void> => {
    const id = await waitFor(async () => (await jobIdsOf(stack.admin, reference))[0], {
      what: `${reference} is at the sandbox`,
    });
    await stack.admin.act(id, 1, 'sign');
  };
  /** The path at which the browser of a signer who has signed arrives. */
  const signAndComeBack = async (response: Response): Promise<string> => {
    assert.equal(response.status, 303);
    const { exitUrl } = await visit(response.headers.get('location') ?? '', 'sign', PERSON);
    assert.ok(exitUrl.startsWith(`${SITE}/signing/`));
    return exitUrl.slice(SITE.length);
  };

  it('have at most 60 lines each', async () => {
    for (const name of await readdir(join(PROJECT, FOLDER))) {
      const lines = (await readFile(join(PROJECT, FOLDER, name), 'utf8')).trimEnd().split('\n').length;
      assert.ok(lines <= 60, `${name} has ${lines} lines`);
    }
  });

  it('express-shop: a customer signs an order, comes back, and downloads it', async () => {
    const shop = await start(`${FOLDER}/express-shop.ts`);
    assert.equal((await shop('/orders/17')).status, 404);
    await shop('/orders/17/sign', { method: 'POST' });
    // Pressed again: the first redirect URL was not used, and the customer gets a new one.
    const exit = await signAndComeBack(await shop('/orders/17/sign', { method: 'POST' }));
    const back = await shop(exit);
    assert.deepEqual([back.status, back.headers.get('location')], [303, '/orders/17']);
    const ended = async () => {
      const job = (await (await shop('/orders/17')).json()) as { readonly status: string };
      return job.status === 'ENDED' ? job : undefined;
    };
    assert.deepEqual(await waitFor(ended, { what: 'the order is signed' }), {
      status: 'ENDED',
      state: 'SIGNED',
    });
    const pdf = await shop('/orders/17/signed.pdf');
    assert.equal(pdf.headers.get('content-type'), 'application/pdf');
    assert.equal((await pdf.text()).slice(0, 5), '%PDF-');
    const again = await shop('/orders/17/sign', { method: 'POST' });
    assert.deepEqual([again.status, await again.json()], [409, { error: { code: 'JOB_ENDED' } }]);
  });

  it('next-route: a form starts a contract, and its signer comes back', async () => {
    const route = await start('test/docs/route-server.ts');
    const form = { contract: '2041', personalIdentificationNumber: PERSON };
    const post = () => route('/signing/start', { method: 'POST', body: new URLSearchParams(form) });
    assert.equal(
      (await route('/signing/start', { method: 'POST', body: new URLSearchParams() })).status,
      400,
    );
    const back = await route(await signAndComeBack(await post()));
    assert.deepEqual([back.status, back.headers.get('location')], [303, `${SITE}/contracts/2041`]);
    assert.equal((await route('/signing/completed?reference=contracts/2041')).status, 400);
  });

  it('stateless: one process starts a job, others read it by its reference', async () => {
    const arguments_ = ['start', 'lease-17', 'kari@example.com', file] as const;
    assert.equal((await run('stateless', ...arguments_)).stdout, 'lease-17: started\n');
    assert.equal((await run('stateless', ...arguments_)).stdout, 'lease-17: was started before\n');
    await sign('lease-17');
    const ended = async () => {
      const { stdout } = await run('stateless', 'read', 'lease-17');
      return stdout.includes('waits') ? undefined : stdout;
    };
    assert.match(
      await waitFor(ended, { what: 'lease-17 has ended' }),
      /^lease-17: SIGNED, archived in \S+\n$/u,
    );
    const unknown = await run('stateless', 'read', 'lease-18');
    assert.equal(unknown.code, 1);
    assert.match(unknown.stderr, /^JOB_NOT_FOUND: /u);
  });

  it('nightly-batch: sends each contract once, and files those that ended', async () => {
    const list = join(stack.folder, 'contracts.json');
    const numbers = ['1', '2'];
    await writeFile(
      list,
      JSON.stringify(numbers.map((number) => ({ number, file, emailAddress: 'kari@example.com' }))),
    );
    const filed = join(stack.folder, 'filed');
    assert.match((await run('nightly-batch', list, filed)).stdout, /^1: sent\n2: sent\n/u);
    await sign('contract-2');
    const found = async () => {
      const { stdout, stderr } = await run('nightly-batch', list, filed);
      assert.equal(stderr, '');
      return stdout.includes('contract-2: SIGNED') ? stdout : undefined;
    };
    const output = await waitFor(found, { what: 'the batch files the signed contract' });
    assert.doesNotMatch(output, /sent/u);
    const files = await readdir(join(filed, 'contract-2'));
    assert.ok(files.includes('signed.pdf'), files.join(' '));
    assert.ok((await readdir(filed)).includes('last-run'));
  });
});
