import assert from 'node:assert/strict';
import { Client } from '@temporalio/client';
import type { SigningClient } from '@signering/client';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { signingWorkflowId, webhookDeliveryWorkflowId } from '@signering/contract';
import { jsonSchemas } from '@signering/contract/schemas';
import { waitFor, type TestStack } from '../fixtures/index.js';
import { ask, requireJudge } from '../judges.js';
import { createdDirectJob, directJob, visit } from './direct-jobs.js';
import { portalJob, SYNTHETIC_SIGNERS } from './portal-jobs.js';
import { jobIdsOf, RE_DELIVERY_SECONDS } from './sandbox-evidence.js';
import { createdJobIdOf, useSigningStack } from './signing-stack.js';
import { newSecret, startReceiver, webhookSettings, type TestReceiver } from './webhook-receiver.js';

const VERIFY = `
import json, sys
from standardwebhooks import Webhook
Webhook(sys.argv[1]).verify(sys.argv[2], json.loads(sys.argv[3]))
`;

describe('the webhooks of a job', () => {
  let stack: TestStack;
  let client: SigningClient;
  let temporal: Client;
  let worker: Awaited<ReturnType<TestStack['startWorker']>>;
  let cases: TestReceiver;
  let archive: TestReceiver;

  after(async () => {
    await cases.close();
    await archive.close();
  });
  useSigningStack(
    (started) => {
      ({ stack, client } = started);
      temporal = new Client({
        connection: started.connection,
        namespace: stack.temporal.namespace,
      });
    },
    { withoutWorker: true },
  );
  before(async () => {
    cases = await startReceiver();
    archive = await startReceiver();
    worker = await stack.startWorker({
      SIGNERING_AMBIGUOUS_CREATE: 'ask',
      ...webhookSettings([
        { id: 'cases', url: cases.url, secrets: [cases.secret, newSecret()] },
        {
          id: 'archive',
          url: archive.url,
          secrets: [newSecret(), archive.secret],
          types: ['job.archived'],
          organizations: [stack.sandbox().announcement.organizationNumber],
        },
      ]),
    });
  });

  const ofJob = ({ received }: TestReceiver, reference: string) =>
    received.filter(({ payload }) => payload.data.reference === reference);

  /** Waits for a job's last event, and returns the payloads in the order in which they came. */
  async function eventsOf(receiver: TestReceiver, reference: string) {
    return waitFor(
      () => {
        const payloads = ofJob(receiver, reference).map(({ payload }) => payload);
        const ended = payloads.some(({ type }) => type === 'job.archived' || type === 'job.failed');
        return ended ? payloads : undefined;
      },
      { what: `the last event of ${reference}`, explain: () => worker.logged() },
    );
  }

  it('tell a receiver each step once, in order, signed and without personal data', async () => {
    await client.startPortalJob(await portalJob('all-signed', [1, 2]));
    const id = await createdJobIdOf(client, 'all-signed', () => worker.logged());
    await stack.admin.act(id, 1, 'sign');
    await stack.admin.act(id, 2, 'sign');
    const events = await eventsOf(cases, 'all-signed');
    assert.deepEqual(
      events.map(({ type, data: { signer, outcome } }) => [type, signer ?? outcome]),
      [
        ['job.created', undefined],
        ['signer.signed', 1],
        ['signer.signed', 2],
        ['job.completed', 'SIGNED'],
        ['job.archived', 'SIGNED'],
      ],
    );
    assert.deepEqual(
      events.map(({ data }) => data.sequence),
      [1, 2, 3, 4, 5],
    );
    const { organizationNumber } = stack.sandbox().announcement;
    for (const { data, timestamp } of events) {
      assert.deepEqual(
        [data.organizationNumber, data.reference, data.signatureJobId],
        [organizationNumber, 'all-signed', id],
      );
      assert.match(timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/u);
    }
    const ajv = new Ajv2020({ strict: false });
    const isPayload = ajv.compile(jsonSchemas()['webhook-payload']);
    for (const event of events) assert.ok(isPayload(event), ajv.errorsText(isPayload.errors));
    assert.deepEqual(cases.forged, []);
    const bodies = ofJob(cases, 'all-signed').map(({ body }) => body);
    for (const personal of [...SYNTHETIC_SIGNERS, 'example.com', 'Agreement']) {
      assert.ok(!bodies.some((body) => body.includes(personal)), `a body contains ${personal}`);
    }
  });

  it('have signatures that the Python library accepts, under the newest secret and an older one', async function () {
    requireJudge(this, 'standardwebhooks');
    for (const { received, secret } of [cases, archive]) {
      const [{ headers, body } = assert.fail('nothing was received')] = received;
      const ours = Object.fromEntries(
        ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => [name, headers[name]]),
      );
      const verify = (changed = '') =>
        ask('standardwebhooks', ['-c', VERIFY, secret, body + changed, JSON.stringify(ours)]);
      assert.equal(String(headers['webhook-signature']).split(' ').length, 2);
      assert.deepEqual((await verify()).exitCode, 0, (await verify()).output);
      assert.match((await verify(' ')).output, /No matching signature/u);
    }
  });

  it('tell that a signer rejected, and how the job ended', async () => {
    await client.startPortalJob(await portalJob('rejected'));
    await stack.admin.act(await createdJobIdOf(client, 'rejected'), 1, 'reject');
    const events = await eventsOf(cases, 'rejected');
    assert.deepEqual(
      events.map(({ type, data: { signer, outcome } }) => [type, signer ?? outcome]),
      [
        ['job.created', undefined],
        ['signer.rejected', 1],
        ['job.completed', 'REJECTED'],
        ['job.archived', 'REJECTED'],
      ],
    );
  });

  it('tell the steps of a direct job, whose status a browser brings', async () => {
    const { redirects } = await createdDirectJob(client, await directJob('direct'));
    const { token } = await visit(redirects[0]?.redirectUrl ?? '', 'sign');
    await client.signerReturned('direct', { statusQueryToken: token, proved: true });
    const events = await eventsOf(cases, 'direct');
    assert.deepEqual(
      events.map(({ type, data: { sequence } }) => [type, sequence]),
      [
        ['job.created', 1],
        ['signer.signed', 2],
        ['job.completed', 3],
        ['job.archived', 4],
      ],
    );
  });

  it('tell that an operator has to decide, and that the job failed; a job that is sent again continues the numbers', async () => {
    const request = await portalJob('given-up');
    await stack.admin.call('POST', '/faults', { fault: 'reset', operation: 'create', when: 'after' });
    await client.startPortalJob(request);
    await waitFor(async () => (await client.getJob('given-up')).state === 'CREATE_AMBIGUOUS', {
      what: 'the create is ambiguous',
    });
    await client.answerAmbiguousCreate('given-up', 'GIVE_UP');
    await eventsOf(cases, 'given-up');
    await client.startPortalJob(request);
    const events = await waitFor(
      () => (ofJob(cases, 'given-up').length > 2 ? ofJob(cases, 'given-up') : undefined),
      { what: 'an event of the second start', explain: () => worker.logged() },
    );
    assert.deepEqual(
      events.map(({ payload: { type, data } }) => [type, data.sequence, data.state ?? data.code]),
      [
        ['job.needs_operator', 1, 'CREATE_AMBIGUOUS'],
        ['job.failed', 2, 'CREATE_ABANDONED'],
        ['job.needs_operator', 3, 'CREATE_AMBIGUOUS'],
      ],
    );
    assert.equal(new Set(events.map(({ id }) => id)).size, 3);
  });

  it('tell that an operator has to decide about a duplicate, also after the last event of its job', async () => {
    await stack.admin.call('POST', '/faults', { fault: 'reset', operation: 'create', when: 'after' });
    await client.startPortalJob(await portalJob('twins'));
    await waitFor(async () => (await client.getJob('twins')).state === 'CREATE_AMBIGUOUS', {
      what: 'the create is ambiguous',
    });
    await client.answerAmbiguousCreate('twins', 'SEND_AGAIN');
    const recorded = await createdJobIdOf(client, 'twins');
    const [ghost] = (await jobIdsOf(stack.admin, 'twins')).filter((id) => id !== recorded);
    assert.ok(ghost !== undefined);
    await stack.admin.act(recorded, 1, 'sign');
    await eventsOf(cases, 'twins');
    await stack.admin.call('POST', '/faults', {
      fault: 'status',
      operation: 'pades',
      status: 200,
      body: '%PDF-1.7 junk\n%%EOF\n',
      times: 1000,
    });
    await stack.admin.act(ghost, 1, 'sign');
    const { payload } = await waitFor(
      () => ofJob(cases, 'twins').find(({ payload }) => payload.data.signatureJobId === ghost),
      { what: 'the question about the duplicate is reported' },
    );
    await stack.admin.call('DELETE', '/faults');
    const { type, data } = payload;
    assert.deepEqual([type, data.state, data.duplicate], ['job.needs_operator', 'ARCHIVE_BROKEN', true]);
    assert.equal(data.sequence, ofJob(cases, 'twins').length);
    const { organizationNumber } = stack.sandbox().announcement;
    const delivery = temporal.workflow.getHandle(webhookDeliveryWorkflowId(organizationNumber, 'twins'));
    await waitFor(async () => (await delivery.describe()).status.name === 'COMPLETED', {
      what: 'the deliveries end',
    });
  });

  it('tell why a job could not be created', async () => {
    await client.forSender('987654325').startPortalJob(await portalJob('not-allowed'));
    const [event, ...others] = await eventsOf(cases, 'not-allowed');
    assert.deepEqual(
      [event?.type, event?.data.organizationNumber, event?.data.code, others],
      ['job.failed', '987654325', 'SENDER_NOT_ALLOWED', []],
    );
  });

  it('number each event once although the workflow of a job is started again', async () => {
    const { organizationNumber } = stack.sandbox().announcement;
    const request = await portalJob('restarted', [1, 2]);
    await client.startPortalJob(request);
    const id = await createdJobIdOf(client, 'restarted');
    await stack.admin.act(id, 1, 'sign');
    await waitFor(() => ofJob(cases, 'restarted').length === 2, { what: 'the signature is reported' });
    const handle = temporal.workflow.getHandle(signingWorkflowId(organizationNumber, 'restarted'));
    await handle.terminate('test');
    await client.startPortalJob(request);
    await stack.admin.act(id, 2, 'sign');
    const events = await eventsOf(cases, 'restarted');
    assert.deepEqual(
      events.map(({ type, data }) => [type, data.sequence]),
      [
        ['job.created', 1],
        ['signer.signed', 2],
        ['signer.signed', 3],
        ['job.completed', 4],
        ['job.archived', 5],
      ],
    );
  });

  it('tell once that a job is archived whose workflow was terminated while it confirmed', async () => {
    const { organizationNumber } = stack.sandbox().announcement;
    await client.startPortalJob(await portalJob('terminated'));
    const id = await createdJobIdOf(client, 'terminated');
    const unavailable = { fault: 'status', operation: 'confirm', status: 503, body: 'Busy.', times: 1000 };
    await stack.admin.call('POST', '/faults', unavailable);
    await stack.admin.act(id, 1, 'sign');
    await waitFor(async () => (await client.getJob('terminated')).state === 'CONFIRMING', {
      what: 'everything is archived',
    });
    await waitFor(() => ofJob(cases, 'terminated').length === 3, { what: 'the outcome is reported' });
    await temporal.workflow.getHandle(signingWorkflowId(organizationNumber, 'terminated')).terminate('test');
    await stack.admin.call('DELETE', '/faults');
    await stack.admin.advanceClock(RE_DELIVERY_SECONDS);
    assert.deepEqual(
      (await eventsOf(cases, 'terminated')).map(({ type, data }) => [type, data.sequence, data.outcome]),
      [
        ['job.created', 1, undefined],
        ['signer.signed', 2, undefined],
        ['job.completed', 3, 'SIGNED'],
        ['job.archived', 4, 'SIGNED'],
      ],
    );
  });

  it('reach a receiver of one type alone, with the number of the job', async () => {
    const [event, ...others] = await eventsOf(archive, 'all-signed');
    assert.deepEqual([event?.type, event?.data.sequence, others], ['job.archived', 5, []]);
  });
});
