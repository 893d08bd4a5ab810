import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { isDeepStrictEqual } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { SigningClient, type JobSummary } from '@signering/client';
import { signingWorkflowId } from '@signering/contract';
import { SIGNERING_COMMAND } from '@signering/dev-stack/internal/processes/index.js';
import { makeAgreement } from '@signering/dev-stack/internal/demo/agreement.js';
import { portalJob } from '../../end-to-end/portal-jobs.js';
import { runSignering, startTestStack, waitFor, type TestStack } from '../../fixtures/index.js';

interface Failure {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
  readonly facts: Readonly<Record<string, unknown>>;
}

describe('commands for programs', () => {
  let stack: TestStack;
  let client: SigningClient;
  before(async () => {
    stack = await startTestStack({ settings: { SIGNERING_CLIENT_TIMEOUT: '60' } });
    await stack.startWorker();
    client = await SigningClient.connect({ env: stack.env });
  });
  after(async () => {
    await client.close();
    await stack.stop();
  });

  /** Runs a command with --json that fails, and returns its exit code with the failure on standard output. */
  async function failed(args: readonly string[], settings: Readonly<Record<string, string>> = {}) {
    const env = { ...stack.env, ...settings };
    const { exitCode, stdout, stderr } = await runSignering({ args, env, cwd: stack.folder });
    const { error } = JSON.parse(stdout) as { readonly error: Failure };
    assert.equal(typeof error.message, 'string');
    assert.ok(stderr.length > 0, 'people read standard error');
    return { exitCode, error };
  }

  it('end with 75 when Temporal does not answer, and say so as JSON', async () => {
    const away = { TEMPORAL_ADDRESS: '127.0.0.1:1', SIGNERING_CLIENT_TIMEOUT: '1' };
    for (const args of [['status', 'r'], ['watch', 'r'], ['list'], ['cancel', 'r']]) {
      const { exitCode, error } = await failed([...args, '--json'], away);
      assert.deepEqual([exitCode, error.code, error.retryable], [75, 'TEMPORAL_UNAVAILABLE', true]);
    }
  });

  it('end with 2 for wrong input, and say so as JSON', async () => {
    const unknown = await failed(['status', 'nowhere', '--json']);
    assert.deepEqual([unknown.exitCode, unknown.error.code], [2, 'JOB_NOT_FOUND']);
    const missing = await failed(['status', '--json']);
    assert.deepEqual([missing.exitCode, missing.error.code], [2, 'INVALID_REQUEST']);
    assert.match(missing.error.message, /^missing required argument 'reference'/u);
    const option = await failed(['list', '--json', '--frobnicate']);
    assert.deepEqual([option.exitCode, option.error.message], [2, "unknown option '--frobnicate'"]);
    const request = await failed(['send', 'missing.pdf', '--json']);
    assert.equal(request.exitCode, 2);
    const problems = request.error.facts['problems'] as readonly { readonly path: string }[];
    assert.ok(problems.length > 1, JSON.stringify(problems));
  });

  it('answer by the state of the job with --exit-status, and for a failed process with 1 without it', async () => {
    const codeOf = async (command: 'status' | 'watch', reference: string, ...more: readonly string[]) =>
      (await stack.signering(command, reference, ...more)).exitCode;
    const ids = new Map<string, string>();
    for (const reference of ['signed', 'rejected', 'terminated']) {
      await client.startPortalJob(await portalJob(reference));
      const id = await waitFor(async () => (await client.getJob(reference)).signatureJobId, {
        what: `${reference} is created`,
      });
      ids.set(reference, id);
    }
    assert.equal(await codeOf('status', 'signed', '--exit-status'), 10);
    await stack.admin.act(ids.get('signed') ?? '', 1, 'sign');
    await stack.admin.act(ids.get('rejected') ?? '', 1, 'reject');
    assert.equal(await codeOf('watch', 'signed', '--exit-status'), 0);
    assert.equal(await codeOf('watch', 'rejected', '--exit-status'), 11);
    assert.equal(await codeOf('status', 'rejected', '--exit-status'), 11);
    assert.equal(await codeOf('status', 'rejected'), 0);
    for (const wait of [['--wait', '--exit-status'], ['--exit-status']]) {
      const reference = `sent${wait.join('')}`;
      const pdf = join(stack.folder, 'agreement.pdf');
      writeFileSync(pdf, await makeAgreement());
      const sending = stack.signering(
        ...['send', pdf, '--title', 'Agreement', '--signer', 'mobile:+4799999999'],
        ...['--reference', reference, ...wait],
      );
      const job = await waitFor(
        () =>
          client.getJob(reference).then(
            ({ signatureJobId }) => signatureJobId,
            () => undefined,
          ),
        { what: `${reference} is created` },
      );
      await stack.admin.act(job, 1, 'reject');
      const { exitCode, stdout } = await sending;
      assert.deepEqual([exitCode, /rejected/u.test(stdout)], [11, true], stdout);
    }

    const { address, namespace } = stack.temporal;
    const connection = await Connection.connect({ address });
    const workflowId = signingWorkflowId(stack.env['SIGNERING_ORGANIZATION'] ?? '', 'terminated');
    await new Client({ connection, namespace }).workflow.getHandle(workflowId).terminate();
    await connection.close();
    assert.equal(await codeOf('status', 'terminated', '--exit-status'), 16);
    const watched = await failed(['watch', 'terminated', '--exit-status', '--json']);
    assert.deepEqual([watched.exitCode, watched.error.code], [16, 'SIGNING_ABORTED']);
    assert.equal((await failed(['watch', 'terminated', '--json'])).exitCode, 1);
  });

  it('list prints one object a line, selected by its options, and ends when its reader does', async () => {
    const listed = async (...args: readonly string[]) => {
      const { exitCode, stdout, stderr } = await stack.signering('list', '--json', ...args);
      assert.deepEqual([exitCode, stderr], [0, '']);
      const lines = stdout.split('\n').slice(0, -1);
      return lines.map((line) => (JSON.parse(line) as JobSummary).reference);
    };
    await waitFor(async () => (await listed('--failed')).length === 1 && (await listed()).length === 5, {
      what: 'the list has followed',
    });
    const all = await listed();
    assert.deepEqual([...all].sort(), [
      'rejected',
      'sent--exit-status',
      'sent--wait--exit-status',
      'signed',
      'terminated',
    ]);
    assert.deepEqual(await listed('--limit', '2'), all.slice(0, 2));
    const lists = async (expected: readonly string[], ...args: readonly string[]) =>
      waitFor(async () => isDeepStrictEqual(await listed(...args), expected), {
        what: `${args.join(' ')} lists ${expected.join(' ')}`,
      });
    await lists(['terminated'], '--failed');
    const ended = all.filter((reference) => reference !== 'terminated');
    await lists(ended, '--state', 'SIGNED', 'REJECTED');
    for (const flow of ['portal', 'PORTAL']) await lists(all, '--flow', flow);
    for (const flow of ['direct', 'DIRECT']) assert.deepEqual(await listed('--flow', flow), []);
    await lists(all, '--ended-after', '2020-01-01T00:00Z');
    assert.deepEqual(await listed('--ended-after', '2099-01-01T00:00Z'), []);
    for (const wrong of [
      ['--limit', '0'],
      ['--ended-after', 'yesterday'],
      ['--flow', 'both'],
    ]) {
      assert.equal((await failed(['list', '--json', ...wrong])).exitCode, 2);
    }
    const reading = spawn(process.execPath, [SIGNERING_COMMAND, 'list', '--json'], {
      env: stack.env,
      cwd: stack.folder,
    });
    // As `head` does after its last line.
    reading.stdout.destroy();
    const [errors] = await Promise.all([text(reading.stderr), once(reading, 'exit')]);
    assert.deepEqual([reading.exitCode, errors], [0, '']);
  });

  it('send prints the reference that it made when Temporal is lost after the reference was claimed', async () => {
    const entries = (): number =>
      readdirSync(join(stack.storageFolder, 'ledger'), { recursive: true }).length;
    const before = entries();
    const gate = await openGate(stack.temporal.address, () => entries() > before);
    try {
      const file = join(stack.folder, 'agreement.pdf');
      writeFileSync(file, await makeAgreement());
      const args = ['send', file, '--title', 'A', '--signer', 'email:kari@example.com'];
      const env = { ...stack.env, TEMPORAL_ADDRESS: gate.address, SIGNERING_CLIENT_TIMEOUT: '20' };
      const { exitCode, stderr } = await runSignering({ args, env, cwd: stack.folder });
      assert.equal(exitCode, 75, stderr);
      assert.match(stderr, /\[TEMPORAL_UNAVAILABLE\]/u);
      const [, reference = ''] = /for the same job, add --reference (\S+)\.$/mu.exec(stderr) ?? [];
      const again = await stack.signering(...args, '--reference', reference, '--json');
      assert.equal(again.exitCode, 0, again.stderr);
      assert.equal((JSON.parse(again.stdout) as { readonly reference: string }).reference, reference);
    } finally {
      gate.close();
    }
  });
});

/** A way to a server that is lost with the first bytes that a client sends when a condition holds. */
async function openGate(address: string, isLost: () => boolean) {
  const [host = '', port = ''] = address.split(':');
  const sockets = new Set<Socket>();
  const close = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer((socket) => {
    const upstream = connect(Number(port), host);
    for (const one of [socket, upstream]) {
      sockets.add(one);
      one.on('error', () => undefined);
    }
    socket.on('data', (bytes: Buffer) => (isLost() ? close() : upstream.write(bytes)));
    upstream.pipe(socket);
    socket.on('close', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}
