import assert from 'node:assert/strict';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Connection } from '@temporalio/client';
import { SigningClient } from '@signering/client';
import { DEFAULT_POLLING_QUEUE, signingWorkflowId, statusQueueWorkflowId } from '@signering/contract';
import {
  freePort,
  startCodecServerProcess,
  startTemporalServer,
  withoutSettings,
  type SigneringProcess,
  type TemporalServer,
} from '@signering/dev-stack/internal/processes/index.js';
import { loadClientSettings } from '@signering/settings';
import { bodyOf, post, valuesOf } from '../codec-server/codec-requests.js';
import { COMMANDS } from '../docs/operator-page.js';
import { runSignering, startTestStack, waitFor, type TestStack } from '../fixtures/index.js';
import { createdDirectJob, directJob, visit } from './direct-jobs.js';
import { portalJob } from './portal-jobs.js';
import { createdJobIdOf } from './signing-stack.js';
import { workflowsOf } from './stack-workflows.js';

const TOKEN = 'a-token-of-this-test-with-32-letters-';

/** What `--json` prints, as far as the test reads it. */
interface Report {
  readonly exitCode: number;
  readonly steps: readonly { readonly state: string; readonly reasons: readonly string[] }[];
  readonly portal?: string;
  readonly oldKeys?: readonly {
    readonly id: string;
    readonly verdict: string;
    readonly openWorkflows: number;
    readonly closedWorkflows: number;
    readonly closedUntil?: string;
    readonly files: Readonly<Record<string, number>>;
  }[];
  readonly next: string;
}

describe('the rotation of a key, by the commands of docs/operating.md', () => {
  let stack: TestStack;
  let temporal: TemporalServer | undefined;
  const workers: SigneringProcess[] = [];
  let codecServer: SigneringProcess;
  let codecUrl: string;
  let organizationNumber: string;

  before(async () => {
    stack = await startTestStack({ ownTemporal: true, settings: { SIGNERING_STORAGE_ENCRYPTION: 'on' } });
    ({ organizationNumber } = loadClientSettings(stack.env));
    const listen = `127.0.0.1:${await freePort()}`;
    codecUrl = `http://${listen}`;
    const tokens = [{ name: 'test', token: TOKEN, roles: ['FULL', 'ENCODE'] }];
    writeFileSync(join(stack.folder, 'tokens.json'), JSON.stringify(tokens));
    stack.env['SIGNERING_CODEC_LISTEN'] = listen;
    stack.env['SIGNERING_CODEC_TOKENS'] = join(stack.folder, 'tokens.json');
  });

  after(async () => {
    await codecServer.stop(5000);
    await stack.stop();
    await temporal?.stop();
  });

  const startCodecServer = async (keys: string) => {
    codecServer = await startCodecServerProcess({
      folder: stack.folder,
      env: { ...stack.env, SIGNERING_KEYS: keys },
    });
  };

  /** Replaces a worker, as a restart with other settings does. */
  async function restart(index: number, keys: string): Promise<void> {
    await workers[index]?.stop(20_000);
    workers[index] = await stack.startWorker({ SIGNERING_KEYS: keys });
  }

  async function restartCodecServer(keys: string): Promise<void> {
    await codecServer.stop(5000);
    await startCodecServer(keys);
  }

  /** A server that starts has forgotten the workers that ended, which it lists for two minutes otherwise. */
  async function restartTemporal(): Promise<void> {
    const { address, databaseFile, pid } = stack.temporal;
    const stateFolder = dirname(databaseFile);
    if (temporal === undefined) process.kill(pid);
    else await temporal.stop();
    await waitFor(() => !existsSync(join(stateFolder, 'temporal.process.json')), {
      what: 'Temporal has ended',
    });
    temporal = await startTemporalServer({ stateFolder, env: withoutSettings(process.env), web: false });
    assert.equal(temporal.address, address);
  }

  async function check(command: string, keys: string, ...args: readonly string[]): Promise<Report> {
    const [npx, signering, ...words] = command.split(' ');
    assert.deepEqual([npx, signering], ['npx', 'signering']);
    const env = {
      ...stack.env,
      SIGNERING_KEYS: keys,
      TEMPORAL_CODEC_ENDPOINT: codecUrl,
      TEMPORAL_CODEC_AUTH: `Bearer ${TOKEN}`,
    };
    const { stdout, stderr, exitCode } = await runSignering({
      args: [...words, '--json', ...args],
      env,
      cwd: stack.folder,
    });
    const report = JSON.parse(stdout) as Report;
    if (exitCode !== report.exitCode) assert.fail(`${stdout}${stderr}`);
    return report;
  }

  /** Checks until the workers poll that were started last. */
  async function checkUntil(exitCode: number, ...asked: Parameters<typeof check>): Promise<Report> {
    let last: Report | undefined;
    return waitFor(
      async () => {
        last = await check(...asked);
        return last.exitCode === exitCode ? last : undefined;
      },
      { what: `the exit code is ${exitCode}`, explain: () => JSON.stringify(last, undefined, 2) },
    );
  }

  const connected = (keys: string) => SigningClient.connect({ env: { ...stack.env, SIGNERING_KEYS: keys } });
  const statesOf = ({ steps }: Report) => steps.map(({ state }) => state);

  it('loses nothing: jobs of both flows that are open meanwhile end signed', async () => {
    const old = stack.env['SIGNERING_KEYS'] ?? '';
    const made = await runSignering({ args: ['keys', 'new', '--print'], env: stack.env, cwd: stack.folder });
    const added = made.stdout.trim();
    const to = ['--to', added.split(':')[0] ?? ''];
    const [second, first] = [`${old},${added}`, `${added},${old}`];
    await Promise.all([restart(0, old), restart(1, old), startCodecServer(old)]);
    let client = await connected(old);
    await client.startPortalJob(await portalJob('portal-before'));
    const direct = await createdDirectJob(client, await directJob('direct-before'));
    await createdJobIdOf(client, 'portal-before');

    const unnamed = await runSignering({
      args: ['keys', 'rotate', '--check'],
      env: { ...stack.env, SIGNERING_KEYS: second },
      cwd: stack.folder,
    });
    assert.equal(unnamed.exitCode, 2);
    assert.match(unnamed.stderr, /--to: is required/u);

    // Step 1: every process reads the new key.
    const begun = await check(COMMANDS.rotateStep1, second, ...to);
    assert.deepEqual([begun.exitCode, statesOf(begun)], [2, ['NOT_DONE']]);
    assert.match(begun.steps[0]?.reasons.join(' ') ?? '', /codec server does not decode/u);
    await Promise.all([restart(0, second), restartCodecServer(second)]);
    await restartTemporal();
    const half = await waitFor(
      async () => {
        const report = await check(COMMANDS.rotateStep1, second, ...to);
        return report.steps[0]?.reasons.length === 1 ? report : undefined;
      },
      { what: 'one worker lacks the key' },
    );
    assert.match(
      half.steps[0]?.reasons[0] ?? '',
      new RegExp(`^Worker ${workers[1]?.pid}@.* does not have key`, 'u'),
    );
    await restart(1, second);
    await restartTemporal();
    await checkUntil(0, COMMANDS.rotateStep1, second, ...to);
    const unconfirmed = await check(COMMANDS.rotateStep1.replace(' --clients-done', ''), second, ...to);
    assert.deepEqual([unconfirmed.exitCode, statesOf(unconfirmed)], [2, ['NOT_SEEN']]);
    await client.close();
    client = await connected(second);
    await client.startPortalJob(await portalJob('portal-meanwhile'));

    // Step 2: every process writes with the new key.
    const ahead = await check(COMMANDS.rotate, first, ...to);
    assert.deepEqual([ahead.exitCode, statesOf(ahead)], [2, ['DONE', 'NOT_DONE', 'NOT_CHECKED']]);
    await Promise.all([restart(0, first), restart(1, first), restartCodecServer(first)]);
    await restartTemporal();
    await checkUntil(0, COMMANDS.rotateStep2, first, ...to);
    await client.close();
    client = await connected(first);
    const late = await createdDirectJob(client, await directJob('direct-after'));

    const withoutPortal = `${COMMANDS.rotate} --no-portal`;
    // Step 3: the old key is needed until its jobs have ended and Temporal has removed them.
    const open = await check(withoutPortal, first, ...to);
    assert.deepEqual([open.exitCode, statesOf(open)], [75, ['DONE', 'DONE', 'NOT_DONE']]);
    assert.ok((open.oldKeys?.[0]?.openWorkflows ?? 0) >= 3, JSON.stringify(open));
    for (const reference of ['portal-before', 'portal-meanwhile']) {
      await stack.admin.act(await createdJobIdOf(client, reference), 1, 'sign');
    }
    const returned = async (reference: string, redirectUrl: string | undefined) => {
      const { token } = await visit(redirectUrl ?? '', 'sign');
      await client.signerReturned(reference, { statusQueryToken: token });
    };
    await returned('direct-before', direct.redirects[0]?.redirectUrl);
    const outcomeOf = async (reference: string) => (await client.waitForResult(reference)).outcome;
    for (const reference of ['portal-before', 'direct-before', 'portal-meanwhile']) {
      assert.equal(await outcomeOf(reference), 'SIGNED', reference);
    }
    const connection = await Connection.connect({ address: stack.temporal.address });
    try {
      const workflows = workflowsOf(stack, connection);
      // It follows its queue for weeks, and continues as new with the new key.
      const queue = statusQueueWorkflowId(organizationNumber, 'PORTAL', DEFAULT_POLLING_QUEUE);
      await workflows.getHandle(queue).terminate();
      const closed = await waitFor(
        async () => {
          const report = await check(withoutPortal, first, ...to);
          return report.oldKeys?.[0]?.openWorkflows === 0 ? report : undefined;
        },
        { what: 'no open workflow needs the old key' },
      );
      assert.equal(closed.exitCode, 75);
      assert.ok(Date.parse(closed.oldKeys?.[0]?.closedUntil ?? '') > Date.now());
      // As Temporal does when its retention ends.
      for await (const { workflowId, runId } of workflows.list({ query: 'CloseTime IS NOT NULL' })) {
        const { namespace } = stack.temporal;
        const workflowExecution = { workflowId, runId };
        await connection.workflowService.deleteWorkflowExecution({ namespace, workflowExecution });
      }
      const kept = await checkUntil(0, withoutPortal, first, ...to);
      assert.equal(kept.oldKeys?.[0]?.verdict, 'KEEP');
      assert.match(kept.next, /^Keep key test-1 behind the others/u);
      const without = await check(withoutPortal, added, ...to);
      assert.deepEqual([without.exitCode, without.oldKeys?.[0]?.verdict], [2, 'MISSING']);
      // As retention does.
      for (const area of ['documents', 'archive'])
        rmSync(join(stack.storageFolder, area), { recursive: true });
      // A portal may have values under the old key.
      const unchecked = await check(COMMANDS.rotate, first, ...to);
      assert.deepEqual(
        [unchecked.exitCode, statesOf(unchecked), unchecked.portal, unchecked.oldKeys?.[0]?.verdict],
        [2, ['DONE', 'DONE', 'NOT_SEEN'], 'NOT_CHECKED', 'UNCHECKED'],
      );
      assert.match(
        unchecked.steps[2]?.reasons.join(' ') ?? '',
        /The sender portal was not checked: SIGNERING_PORTAL_DATABASE is not set\..* --no-portal/u,
      );
      const unused = await check(withoutPortal, first, ...to);
      assert.deepEqual([unused.exitCode, unused.oldKeys?.[0]?.verdict], [0, 'UNUSED']);
      assert.match(unused.next, /^Step 3: remove key test-1/u);

      await Promise.all([restart(0, added), restart(1, added), restartCodecServer(added)]);
      await client.close();
      client = await connected(added);
      await returned('direct-after', late.redirects[0]?.redirectUrl);
      assert.equal(await outcomeOf('direct-after'), 'SIGNED');
      const finished = await check(withoutPortal, added);
      assert.deepEqual(
        [finished.exitCode, finished.oldKeys, finished.next],
        [0, [], 'The rotation is finished.'],
      );
      const id = signingWorkflowId(organizationNumber, 'direct-after');
      const { events } = await workflows.getHandle(id).fetchHistory();
      const payloads = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
      const answer = await post({ url: `${codecUrl}/decode`, token: TOKEN, body: bodyOf(payloads) });
      assert.equal((valuesOf(answer)[0] as { readonly reference: string }).reference, 'direct-after');
    } finally {
      await connection.close();
      await client.close();
    }
  });
});
