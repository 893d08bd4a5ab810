import assert from 'node:assert/strict';
import { Client, type Connection } from '@temporalio/client';
import type { SigningClient } from '@signering/client';
import { SIGNING_WEBHOOKS, TASK_QUEUE, WORKFLOW_TYPES, webhookSwitchWorkflowId } from '@signering/contract';
import { createPayloadCodec, parseKeys } from '@signering/encryption';
import { runSignering, waitFor, type TestStack } from '../fixtures/index.js';
import { portalJob } from './portal-jobs.js';
import { createdJobIdOf, useSigningStack } from './signing-stack.js';
import { workflowsOf } from './stack-workflows.js';
import { startReceiver, webhookSettings, type TestReceiver } from './webhook-receiver.js';

const NAMES = ['healthy', 'hanging', 'failing', 'switched'] as const;

describe('a receiver of webhooks that fails', () => {
  let stack: TestStack;
  let client: SigningClient;
  let connection: Connection;
  let worker: Awaited<ReturnType<TestStack['startWorker']>>;
  let settings: Readonly<Record<string, string>>;
  let receivers: Record<(typeof NAMES)[number], TestReceiver>;

  after(() => Promise.all(Object.values(receivers).map((receiver) => receiver.close())));
  useSigningStack((started) => ({ stack, client, connection } = started), { withoutWorker: true });
  before(async () => {
    const started = await Promise.all(NAMES.map(async (name) => [name, await startReceiver()] as const));
    receivers = Object.fromEntries(started) as typeof receivers;
    settings = webhookSettings(started.map(([id, { url, secret }]) => ({ id, url, secrets: [secret] })));
    worker = await stack.startWorker(settings);
  });
  beforeEach(() => {
    for (const receiver of Object.values(receivers)) receiver.answer(204);
  });

  const typesOf = ({ received }: TestReceiver, reference: string): readonly string[] =>
    received.filter(({ payload }) => payload.data.reference === reference).map(({ payload }) => payload.type);

  const ALL = ['job.created', 'signer.signed', 'job.completed', 'job.archived'];

  async function heard(receiver: TestReceiver, reference: string, types: readonly string[]): Promise<void> {
    await waitFor(() => types.every((type) => typesOf(receiver, reference).includes(type)), {
      what: `${types.join(', ')} of ${reference} came`,
      explain: () => worker.logged(),
    });
  }

  async function signedJob(reference: string): Promise<void> {
    await client.startPortalJob(await portalJob(reference));
    await stack.admin.act(await createdJobIdOf(client, reference), 1, 'sign');
    const { outcome } = await client.waitForResult(reference);
    assert.equal(outcome, 'SIGNED');
  }

  it('by never answering delays neither the job nor another receiver, and gets the events in order later', async () => {
    receivers.hanging.answer('hang');
    const jobs = Array.from({ length: 12 }, (_, number) => `beside-hanging-${number}`);
    await Promise.all(jobs.map(signedJob));
    for (const reference of jobs) {
      await heard(receivers.healthy, reference, ALL);
      assert.deepEqual(typesOf(receivers.healthy, reference), ALL);
      assert.ok(!typesOf(receivers.hanging, reference).includes('signer.signed'));
    }
    assert.ok(receivers.hanging.pending() <= 10, `${receivers.hanging.pending()} requests at once`);
    receivers.hanging.answer(204);
    for (const reference of jobs) await heard(receivers.hanging, reference, ALL);
    const [reference = ''] = jobs;
    assert.deepEqual([...new Set(typesOf(receivers.hanging, reference))], ALL);
  });

  it('gets each event again under the same id after an error or a redirect, which is not followed', async () => {
    const { failing, healthy } = receivers;
    const before = healthy.received.length;
    failing.answer((response) => response.writeHead(307, { location: healthy.url }).end());
    await client.startPortalJob(await portalJob('redirected'));
    await heard(failing, 'redirected', ['job.created']);
    failing.answer(500);
    await waitFor(() => typesOf(failing, 'redirected').length >= 2, { what: 'the second attempt' });
    failing.answer(200);
    await waitFor(() => typesOf(failing, 'redirected').length >= 3, { what: 'the third attempt' });
    const attempts = failing.received.filter(({ payload }) => payload.data.reference === 'redirected');
    assert.equal(new Set(attempts.map(({ id }) => id)).size, 1);
    assert.equal(new Set(attempts.map(({ body }) => body)).size, 1);
    assert.deepEqual(healthy.forged, []);
    assert.equal(healthy.received.length - before, 1, 'only the own event came');
  });

  it('by an answer without end is not waited for', async () => {
    const { failing } = receivers;
    failing.answer((response) => {
      response.writeHead(200);
      const flood = setInterval(() => response.write('x'.repeat(64 * 1024)), 5);
      response.once('close', () => clearInterval(flood));
    });
    await signedJob('endless-answer');
    await heard(failing, 'endless-answer', ALL);
    assert.deepEqual(typesOf(failing, 'endless-answer'), ALL);
  });

  it('when it is disabled, gets nothing from any worker, and what failed when it is enabled and retried', async () => {
    const { switched } = receivers;
    const webhooks = async (...args: readonly string[]): Promise<Record<string, unknown>> => {
      const { exitCode, stdout, stderr } = await stack.signering('webhooks', ...args, '--json');
      assert.equal(exitCode, 0, stderr);
      return JSON.parse(stdout) as Record<string, unknown>;
    };
    const unknown = await stack.signering('webhooks', 'disable', 'swiched');
    assert.equal(unknown.exitCode, 2);
    assert.match(unknown.stderr, /SIGNERING_WEBHOOKS.* no worker there has swiched/u);
    assert.deepEqual((await webhooks('failed'))['disabled'], []);
    const unchecked = await runSignering({
      args: ['webhooks', 'disable', 'switched'],
      env: { ...stack.env, SIGNERING_TASK_QUEUE: 'without-worker' },
      cwd: stack.folder,
    });
    assert.deepEqual([unchecked.exitCode, /^Warning: no worker polls/mu.test(unchecked.stdout)], [0, true]);
    switched.answer('hang');
    await client.startPortalJob(await portalJob('switched-off'));
    await heard(switched, 'switched-off', ['job.created']);
    await webhooks('disable', 'switched', '--reason', 'Is being moved');
    await waitFor(() => switched.pending() === 0, { what: 'the request under way ends' });
    const heardBefore = switched.received.length;
    switched.answer(204);
    await stack.admin.act(await createdJobIdOf(client, 'switched-off'), 1, 'sign');
    await client.waitForResult('switched-off');
    const failed = await waitFor(
      async () => {
        const listed = await webhooks('failed', '--receiver', 'switched');
        const ofJob = (listed['failed'] as Record<string, unknown>[]).filter(
          ({ reference }) => reference === 'switched-off',
        );
        return ofJob.length === ALL.length ? { ...listed, failed: ofJob } : undefined;
      },
      { what: 'every delivery is given up', explain: () => worker.logged() },
    );
    assert.deepEqual(
      failed.failed.map(({ type, sequence, code, receiver }) => [type, sequence, code, receiver]),
      ALL.map((type, index) => [type, index + 1, 'WEBHOOK_DISABLED', 'switched']),
    );
    assert.equal((failed as { disabled?: unknown[] }).disabled?.length, 1);
    assert.equal(switched.received.length, heardBefore, 'nothing was sent while it was disabled');

    await webhooks('enable', 'switched', '--reason', 'Kari 30859100003 moved it');
    const switchId = webhookSwitchWorkflowId(TASK_QUEUE, 'switched');
    const history = await workflowsOf(stack, connection).getHandle(switchId).fetchHistory();
    const clear = (history.events ?? []).map(
      ({ workflowExecutionTerminatedEventAttributes: terminated }) => terminated?.reason ?? '',
    );
    assert.deepEqual(clear.filter(Boolean), ['The receiver is enabled again.']);
    const signal = (history.events ?? []).find(
      (event) => event.workflowExecutionSignaledEventAttributes != null,
    );
    const { input, signalName } = signal?.workflowExecutionSignaledEventAttributes ?? {};
    assert.equal(signalName, 'receiverEnabled');
    const { SIGNERING_KEYS: keys = '' } = stack.env;
    const [decoded] = await createPayloadCodec(parseKeys(keys)).decode(input?.payloads ?? []);
    assert.match(String(decoded?.data), /"reason":"Kari \d{0,6}\*+ moved it"/u);
    assert.deepEqual(await webhooks('retry', 'switched-off', '--receiver', 'switched'), {
      references: ['switched-off'],
    });
    await heard(switched, 'switched-off', ALL);
    assert.deepEqual(
      switched.received.slice(heardBefore).map(({ payload }) => [payload.type, payload.data.sequence]),
      ALL.map((type, index) => [type, index + 1]),
    );
    await waitFor(
      async () => ((await webhooks('failed', 'switched-off'))['failed'] as unknown[]).length === 0,
      { what: 'nothing is listed as failed' },
    );
  });

  it('can be disabled after it was removed from the settings, while its webhooks wait between two attempts', async () => {
    const { namespace } = stack.temporal;
    const { workflow } = new Client({ connection, namespace });
    const disable = () => stack.signering('webhooks', 'disable', 'removed');
    assert.equal((await disable()).exitCode, 2);
    // Nothing is in the receiver's task queue: only the search attribute names it.
    await workflow.start(WORKFLOW_TYPES.webhookDelivery, {
      workflowId: 'waits-between-attempts',
      taskQueue: TASK_QUEUE,
      typedSearchAttributes: [{ key: SIGNING_WEBHOOKS, value: ['removed', 'removed: 1 failed'] }],
    });
    const isListed = async () => (await workflow.count(`${SIGNING_WEBHOOKS.name} = 'removed'`)).count === 1;
    await waitFor(isListed, { what: 'the workflow is listed' });
    const { exitCode, stderr } = await disable();
    assert.equal(exitCode, 0, stderr);
    await stack.signering('webhooks', 'enable', 'removed');
  });

  it('gets each event although the worker is killed with kill -9 in the middle of a request', async () => {
    const { failing } = receivers;
    failing.answer('hang');
    await client.startPortalJob(await portalJob('killed'));
    await heard(failing, 'killed', ['job.created']);
    await worker.kill9();
    failing.answer(204);
    worker = await stack.startWorker(settings);
    await signedJobAfterKill('killed');
    await heard(failing, 'killed', ALL);
    const got = failing.received.filter(({ payload }) => payload.data.reference === 'killed');
    const ids = new Set(got.map(({ id }) => id));
    assert.equal(ids.size, ALL.length);
    // A receiver that drops repeats by their id has each event once, in order.
    const once = got.filter(({ id }, index) => got.findIndex((other) => other.id === id) === index);
    assert.deepEqual(
      once.map(({ payload }) => payload.type),
      ALL,
    );
  });

  async function signedJobAfterKill(reference: string): Promise<void> {
    await stack.admin.act(await createdJobIdOf(client, reference), 1, 'sign');
    await client.waitForResult(reference);
  }
});
