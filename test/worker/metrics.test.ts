import assert from 'node:assert/strict';
import { Client, type Connection } from '@temporalio/client';
import { SIGNING_FLOW, SIGNING_STATE, statusQueueWorkflowId } from '@signering/contract';
import { freePort } from '@signering/dev-stack/internal/processes/remembered-ports.js';
import type { SigningClient } from '@signering/client';
import { codeWords, tableRowsUnder } from '../docs/markdown.js';
import { readProjectFile } from '../docs/project-files.js';
import { portalJob, SYNTHETIC_SIGNERS } from '../end-to-end/portal-jobs.js';
import { createdJobIdOf, useSigningStack } from '../end-to-end/signing-stack.js';
import { startReceiver, webhookSettings, type TestReceiver } from '../end-to-end/webhook-receiver.js';
import { runSignering, waitFor, type TestStack } from '../fixtures/index.js';
import { scrape, type Scrape } from './prometheus.js';

const UNCONFIRMED = 'signering_oldest_unconfirmed_change_age_seconds';
const CALLS = 'signering_api_request_duration_seconds_count';

describe('the metrics of a worker', () => {
  const settings: Record<string, string> = { SIGNERING_METRICS_SECONDS: '1' };
  let stack: TestStack;
  let client: SigningClient;
  let connection: Connection;
  let address: string;
  let receiver: TestReceiver;
  after(() => receiver.close());
  before(async () => {
    address = `127.0.0.1:${await freePort()}`;
    receiver = await startReceiver();
    const { url, secret } = receiver;
    Object.assign(settings, webhookSettings([{ id: 'cases', url, secrets: [secret] }]), {
      SIGNERING_METRICS_ADDRESS: address,
    });
  });
  useSigningStack(
    (started) => {
      ({ stack, client, connection } = started);
    },
    { workerSettings: settings },
  );

  /** Scrapes until the condition holds, and returns that scrape. */
  function scrapeUntil(holds: (found: Scrape) => boolean, what: string): Promise<Scrape> {
    return waitFor(
      async () => {
        const found = await scrape(address);
        return holds(found) && found;
      },
      { what },
    );
  }

  it('leave out jobs and queues of another organisation, whose workers have another task queue', async () => {
    const { namespace } = stack.temporal;
    const { workflow } = new Client({ connection, namespace });
    const taskQueue = 'of-another-organisation';
    await workflow.start('statusQueue', {
      workflowId: statusQueueWorkflowId('910000007', 'PORTAL', 'of others'),
      taskQueue,
    });
    for (const value of ['WAITING_FOR_SIGNERS', 'ARCHIVING']) {
      const typedSearchAttributes = [
        { key: SIGNING_FLOW, value: 'PORTAL' },
        { key: SIGNING_STATE, value },
      ];
      await workflow.start('portalSigning', { workflowId: value, taskQueue, typedSearchAttributes });
    }
    await waitFor(async () => (await workflow.count()).count === 3, { what: 'all three are listed' });
    const listed = Date.now() / 1000;
    const measured = await scrapeUntil(
      (found) =>
        ['jobs', 'queues', 'unconfirmed'].every(
          (sample) => (found.value('signering_sampled_timestamp_seconds', { sample }) ?? 0) > listed + 1.5,
        ),
      'each is measured from then on',
    );
    const jobs = measured.samples.filter(({ name, value }) => name === 'signering_jobs' && value > 0);
    assert.deepEqual(jobs, []);
    assert.equal(measured.value(UNCONFIRMED), 0);
    assert.equal(measured.value('signering_queue_last_poll_age_seconds'), undefined);
  });

  it('follow a job: its state, its calls, its unconfirmed change and its archive time', async () => {
    await client.startPortalJob(await portalJob('measured'));
    const jobId = await createdJobIdOf(client, 'measured');
    const waiting = await scrapeUntil(
      (found) => found.value('signering_jobs', { flow: 'PORTAL', state: 'WAITING_FOR_SIGNERS' }) === 1,
      'a job waits for signers',
    );
    assert.equal(waiting.value('signering_jobs', { flow: 'DIRECT', state: 'WAITING_FOR_SIGNERS' }), 0);
    assert.equal(waiting.value(CALLS, { operation: 'create', answer: '2xx' }), 1);
    assert.equal(waiting.value(UNCONFIRMED), 0);

    // After four failed attempts the state counts as lasting.
    const unavailable = { fault: 'status', operation: 'confirm', status: 503, times: 8 };
    await stack.admin.call('POST', '/faults', unavailable);
    await stack.admin.act(jobId, 1, 'sign');
    await scrapeUntil((found) => (found.value(UNCONFIRMED) ?? 0) > 1, 'a change is unconfirmed');
    await client.waitForResult('measured');
    const ended = await scrapeUntil(
      (found) =>
        found.value(UNCONFIRMED) === 0 &&
        found.value('signering_jobs', { flow: 'PORTAL', state: 'CONFIRMING' }) === 0,
      'the change is confirmed',
    );
    const archived = { flow: 'PORTAL', outcome: 'SIGNED' };
    assert.equal(ended.value('signering_archive_duration_seconds_count', archived), 1);
    const seconds = ended.value('signering_archive_duration_seconds_sum', archived) ?? 0;
    assert.ok(seconds > 0 && seconds < 60, `${seconds} s`);
    for (const operation of ['pades', 'xades', 'confirm']) {
      assert.equal(ended.value(CALLS, { operation, answer: '2xx' }), 1, operation);
    }
  });

  it('hold the age of the last poll of each queue, the days of each certificate, and no offset of the clock', async () => {
    const polled = await scrapeUntil(
      (found) => found.value('signering_queue_last_poll_age_seconds') !== undefined,
      'a queue was polled',
    );
    const queue = { flow: 'PORTAL', queue: 'signering-workflows' };
    const age = polled.value('signering_queue_last_poll_age_seconds', queue) ?? NaN;
    assert.ok(age >= 0 && age < 60, `${age} s`);
    for (const use of ['enterprise', 'chain', 'trust_anchor']) {
      const days = polled.samples.filter(
        ({ name, labels }) => name === 'signering_certificate_valid_days' && labels['use'] === use,
      );
      assert.ok(days.length > 0 && days.every(({ value }) => value > 1 && value < 20_000), use);
    }
    for (const direction of ['ahead', 'behind']) {
      const offset = polled.value('signering_clock_offset_seconds', { direction }) ?? NaN;
      assert.ok(offset < 5, `${offset} s ${direction}`);
    }
    assert.equal(polled.value('signering_undelivered_changes', { flow: 'PORTAL', reason: 'FOREIGN' }), 0);
    assert.equal(polled.value('signering_api_rate_limited_total'), 0);
  });

  it('show a wrong clock and an answer 429', async () => {
    await stack.admin.call('POST', '/faults', {
      fault: 'clockSkew',
      operation: 'fetchStatusChange',
      skewSeconds: 3600,
    });
    await scrapeUntil(
      (found) => (found.value('signering_clock_offset_seconds', { direction: 'behind' }) ?? 0) > 3500,
      'the clock is behind',
    );
    await stack.admin.call('DELETE', '/faults');
    await stack.admin.call('POST', '/faults', {
      fault: 'status',
      operation: 'fetchStatusChange',
      status: 429,
    });
    const limited = await scrapeUntil(
      (found) => (found.value('signering_api_rate_limited_total') ?? 0) > 0,
      'an answer was 429',
    );
    assert.ok((limited.value(CALLS, { operation: 'fetchStatusChange', answer: '4xx' }) ?? 0) > 0);
    await stack.admin.call('DELETE', '/faults');
  });

  it('count the webhooks that wait for a dead receiver, those that were given up, and none after a retry', async () => {
    const cases = { receiver: 'cases' };
    const age = (found: Scrape) => found.value('signering_oldest_waiting_webhook_age_seconds', cases) ?? NaN;
    const counts = (found: Scrape) =>
      ['waiting', 'failed'].map((what) => found.value(`signering_webhooks_${what}`, cases));
    const counted = (waiting: number, failed: number) =>
      scrapeUntil((found) => String(counts(found)) === String([waiting, failed]), `${waiting}, ${failed}`);
    assert.equal(age(await counted(0, 0)), 0);

    receiver.answer('hang');
    const started = Date.now();
    await client.startPortalJob(await portalJob('unheard'));
    await stack.admin.act(await createdJobIdOf(client, 'unheard'), 1, 'sign');
    await client.waitForResult('unheard');
    const waiting = await counted(4, 0);
    const since = (Date.now() - started) / 1000;
    assert.ok(age(waiting) >= 20 && age(waiting) <= since, `${age(waiting)} of ${since} s`);

    await stack.signering('webhooks', 'disable', 'cases');
    const failed = await counted(0, 4);
    assert.equal(age(failed), 0);
    receiver.answer(204);
    await stack.signering('webhooks', 'enable', 'cases');
    await stack.signering('webhooks', 'retry', 'unheard');
    await counted(0, 0);
  });

  it('are those that docs/operating.md lists, with their types and labels', async () => {
    const { types, samples } = await scrape(address);
    const served = [...types].map(([name, type]) => {
      const own = samples.filter((sample) => sample.name.replace(/_(?:bucket|sum|count)$/u, '') === name);
      const labels = new Set(
        (own.length > 0 ? own : samples.filter((one) => one.name === name)).flatMap(({ labels: all }) =>
          Object.keys(all),
        ),
      );
      labels.delete('le');
      return [name, type, [...labels].sort().join(' ')];
    });
    const listed = tableRowsUnder(readProjectFile('docs/operating.md'), '### Metrics').map(
      ([name = '', type, labels = '', meaning = '', alarm = '']) => {
        assert.ok(meaning.length > 20 && alarm.length > 5, name);
        return [codeWords(name)[0] ?? '', type ?? '', [...codeWords(labels)].sort().join(' ')];
      },
    );
    assert.deepEqual(served.toSorted(byName), listed.toSorted(byName));
  });

  it('name neither jobs nor persons, and come with those of the SDK', async () => {
    const [job] = await stack.admin.jobs();
    const { text } = await scrape(address);
    assert.ok(job !== undefined);
    for (const secret of [
      'measured',
      job.signatureJobId,
      SYNTHETIC_SIGNERS[0]!,
      'example.com',
      'Agreement',
    ]) {
      assert.ok(!text.includes(`"${secret}"`) && !text.includes(`/${secret}`), secret);
    }
    assert.match(text, /^temporal_workflow_completed_total\{/mu);
  });

  it('cannot be served by two workers on one address: the second one says so in a sentence, and exits with 2', async () => {
    const second = await runSignering({
      args: ['worker'],
      env: { ...stack.env, ...settings },
      cwd: stack.folder,
    });
    assert.equal(second.exitCode, 2);
    const lines = second.stderr.trim().split('\n');
    assert.match(
      lines.join(' '),
      /SIGNERING_METRICS_ADDRESS.*cannot be listened on \(the address is in use\): choose another address/u,
    );
    assert.doesNotMatch(second.stderr, /at .*\.js:/u, 'no stack trace');
  });
});

function byName([a = '']: readonly string[], [b = '']: readonly string[]): number {
  return a < b ? -1 : 1;
}
