import assert from 'node:assert/strict';
import type { PublishEventsInput } from '@signering/activities/internal/publish-events.js';
import type { Client } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import type { temporal as proto } from '@temporalio/proto';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import {
  DEFAULT_POLLING_QUEUE,
  describeQuery,
  duplicateSigningOptionsOf,
  explainJob,
  portalStatusChangeSignal,
  SERVICE_DELETES_SOON,
  SIGNING_NEEDS_OPERATOR,
  SIGNING_SERVICE_KEEPS_UNTIL,
  signingWorkflowId,
  WORKFLOW_TYPES,
  type DuplicateSigningInput,
  type SigningDescription,
} from '@signering/contract';
import type { PortalStatusChange } from '@signering/schema';
import { WORKFLOW_BUNDLE_FILE } from '@signering/worker';
import { portalJob } from '../end-to-end/portal-jobs.js';
import {
  addSearchAttributes,
  hold,
  startTestStack,
  startTimeSkipping,
  useQuietRuntime,
  waitFor,
  waitUntilHolding,
  withClearWorker,
  type ClearWorker,
  type TestStack,
} from '../fixtures/index.js';

type Scheduling = proto.api.history.v1.IActivityTaskScheduledEventAttributes;

/** A job whose groups have longer than the service keeps signatures. */
const NINETY_DAYS = 90 * 24 * 60 * 60;

describe('the alarm about signatures that the service deletes and that are not archived', () => {
  let stack: TestStack;
  let temporal: TestWorkflowEnvironment;

  /** @param emptyQueueWait bounds the polls of the weeks that pass */
  async function start(emptyQueueWait: string): Promise<void> {
    useQuietRuntime();
    stack = await startTestStack({ emptyQueueWait });
    temporal = await startTimeSkipping();
    await addSearchAttributes(temporal.connection, 'default');
  }

  afterEach(async () => {
    await (temporal as TestWorkflowEnvironment | undefined)?.teardown();
    await (stack as TestStack | undefined)?.stop();
  });

  /** Moves the clocks of Temporal and of the service. */
  async function pass(days: number): Promise<void> {
    for (let half = 0; half < 2 * days; half += 1) {
      await stack.admin.advanceClock(12 * 60 * 60);
      await temporal.sleep('12 hours');
    }
  }

  function withWorker(use: (worker: ClearWorker) => Promise<void>): Promise<void> {
    const { connection: signals, nativeConnection: tasks } = temporal;
    return withClearWorker({ stack, tasks, signals, namespace: 'default' }, use);
  }

  function jobOf({ client }: ClearWorker, reference: string) {
    const handle = client.workflow.getHandle(
      signingWorkflowId(stack.env['SIGNERING_ORGANIZATION'] ?? '', reference),
    );
    const describeJob = () => handle.query(describeQuery);
    /** Moves the clock until the description has what is looked for. */
    const until = <Found>(found: (job: SigningDescription) => Found | undefined | false, what: string) =>
      waitFor(
        async () => {
          await temporal.sleep('1 second');
          return found(await describeJob());
        },
        { what },
      );
    const searched = async () => (await handle.describe()).typedSearchAttributes.get(SIGNING_NEEDS_OPERATOR);
    const timers = async () =>
      ((await handle.fetchHistory()).events ?? []).filter(
        ({ timerStartedEventAttributes }) => timerStartedEventAttributes != null,
      ).length;
    /** The most attempts of each scheduling of an activity; 0: without limit. */
    const scheduled = async (wanted: (scheduling: Scheduling) => boolean) =>
      ((await handle.fetchHistory()).events ?? [])
        .map(({ activityTaskScheduledEventAttributes: scheduling }) => scheduling)
        .filter((scheduling) => scheduling != null)
        .filter(wanted)
        .map(({ retryPolicy }) => retryPolicy?.maximumAttempts ?? 0);
    return { describeJob, until, searched, timers, scheduled };
  }

  it('is raised after 30 and 37 days while another signer is waited for, and ends with the archive', async () => {
    await start('1d');
    await withWorker(async (worker) => {
      const running = await worker.start({
        ...(await portalJob('long', [1, 2])),
        availableSeconds: NINETY_DAYS,
      });
      const job = jobOf(worker, 'long');
      const jobId = await job.until(({ signatureJobId }) => signatureJobId, 'the job is created');
      await stack.admin.act(jobId, 1, 'sign');
      await pass(29.5);
      const waiting = await job.describeJob();
      assert.equal(waiting.signers[0]?.status, 'SIGNED');
      assert.equal(waiting.deletionAlarm, undefined);
      await pass(1);
      const first = await job.until(({ deletionAlarm }) => deletionAlarm, 'the first alarm');
      assert.equal(first.raisedAfterDays, 30);
      assert.match(
        explainJob(await job.describeJob()),
        /^Waits for signer 2 of 2 until .*; signer 1 signed .*\. The service deletes the first signature .* UTC, and it is not archived\.$/u,
      );
      assert.equal(await job.searched(), SERVICE_DELETES_SOON);
      await pass(7);
      const second = await job.until(
        ({ deletionAlarm }) => deletionAlarm?.raisedAfterDays === 37 && deletionAlarm,
        'the second alarm',
      );
      assert.equal(second.serviceKeepsUntil, first.serviceKeepsUntil);

      await stack.admin.act(jobId, 2, 'sign');
      await pass(2);
      const { outcome } = await running.result();
      assert.equal(outcome, 'SIGNED');
      assert.equal((await job.describeJob()).deletionAlarm, undefined);
      assert.equal((await job.searched()) ?? undefined, undefined);
    });
  });

  type SecondJobStatus = 'IN_PROGRESS' | 'FAILED';

  /** Starts the workflow of a second job, whose only signer has signed now. */
  async function startSecondJob(
    client: Client,
    given: Pick<DuplicateSigningInput, 'storageId' | 'webhooks'>,
    changeAtStart?: SecondJobStatus,
  ) {
    const signatureJobId = '4711';
    const signedAt = new Date(await temporal.currentTimeMs()).toISOString();
    const changeOf = (status: SecondJobStatus, signer: 'SIGNED' | 'EXPIRED') => {
      const identifier = { emailAddress: 'kari@example.com' };
      const signatures = [{ identifier, status: { kind: signer }, since: signedAt }];
      // Nothing answers at this address: the confirmation is repeated.
      const confirmationUrl = 'https://127.0.0.1:1/confirm';
      return { signatureJobId, status, confirmationUrl, signatures } as unknown as PortalStatusChange;
    };
    const input: DuplicateSigningInput = {
      version: 1,
      organizationNumber: stack.env['SIGNERING_ORGANIZATION'] ?? '',
      reference: 'twins',
      pollingQueue: DEFAULT_POLLING_QUEUE,
      settledJob: { signatureJobId: '4710', createdAt: '2026-03-01T12:00:00.000Z' },
      signatureJobId,
      contentDigest: 'a'.repeat(64),
      sent: [],
      ...given,
      ...(changeAtStart !== undefined && { change: changeOf(changeAtStart, 'SIGNED') }),
    };
    const handle = await client.workflow.start(WORKFLOW_TYPES.duplicateSigning, {
      ...duplicateSigningOptionsOf(input),
      taskQueue: stack.env['SIGNERING_TASK_QUEUE'] ?? 'signering',
    });
    const report = (status: SecondJobStatus, signer: 'SIGNED' | 'EXPIRED') =>
      handle.signal(portalStatusChangeSignal, { change: changeOf(status, signer) });
    const searched = async () => {
      const { typedSearchAttributes: attributes } = await handle.describe();
      return [attributes.get(SIGNING_NEEDS_OPERATOR), attributes.get(SIGNING_SERVICE_KEEPS_UNTIL)];
    };
    return { handle, report, searched, signedAt };
  }

  it('is raised twice for a second job of the reference, with webhooks, and ends with its archive', async () => {
    await start('31d');
    await withWorker(async ({ client, storageId }) => {
      const second = await startSecondJob(client, { storageId, webhooks: true });
      const { handle, report, searched, signedAt } = second;
      const keptUntil = new Date(Date.parse(signedAt) + 40 * 24 * 60 * 60 * 1000);
      /** The facts of the events that the workflow has published or is publishing. */
      const published = async () =>
        ((await handle.fetchHistory()).events ?? []).flatMap(
          ({ activityTaskScheduledEventAttributes: scheduling }) => {
            const payload = scheduling?.input?.payloads?.[0];
            if (scheduling?.activityType?.name !== 'publishEvents' || payload == null) return [];
            const { events } = defaultPayloadConverter.fromPayload<PublishEventsInput>(payload);
            return events.map(({ type, facts }) => ({ type, ...facts }));
          },
        );
      await report('IN_PROGRESS', 'SIGNED');
      await waitFor(async () => (await searched())[1] !== undefined, { what: 'the signature is noted' });
      await temporal.sleep('29 days');
      assert.deepEqual(await searched(), [undefined, keptUntil]);
      await temporal.sleep('2 days');
      await waitFor(async () => (await searched())[0] === SERVICE_DELETES_SOON, { what: 'the alarm' });
      await temporal.sleep('7 days');
      await waitFor(async () => (await published()).length === 2, { what: 'the second alarm' });
      const alarm = {
        type: 'job.needs_operator',
        signatureJobId: '4711',
        state: 'WAITING_FOR_SIGNERS',
        duplicate: true,
        serviceKeepsUntil: keptUntil.toISOString(),
      };
      assert.deepEqual(await published(), [alarm, alarm]);
      await report('FAILED', 'EXPIRED');
      await waitFor(async () => (await searched())[1] === undefined, { what: 'nothing is left to archive' });
      assert.deepEqual(await searched(), [undefined, undefined]);
      await handle.terminate();
    });
  });

  it('is raised while no worker begins to fetch what was signed', async () => {
    await start('31d');
    const { client, nativeConnection: connection } = temporal;
    const worker = await Worker.create({
      connection,
      namespace: 'default',
      taskQueue: stack.env['SIGNERING_TASK_QUEUE'] ?? 'signering',
      workflowBundle: { codePath: WORKFLOW_BUNDLE_FILE },
    });
    await worker.runUntil(async () => {
      const { handle, searched } = await startSecondJob(client, {}, 'FAILED');
      const raised = async () => (await searched())[0] === SERVICE_DELETES_SOON;
      await temporal.sleep('29 days');
      assert.equal(await raised(), false);
      await temporal.sleep('2 days');
      await waitFor(raised, { what: 'the alarm' });
      const { events } = await handle.fetchHistory();
      assert.ok(!events?.some(({ activityTaskStartedEventAttributes: started }) => started != null));
      await handle.terminate();
    });
  });

  it('is raised while signed documents cannot be archived, without a timer', async () => {
    await start('31d');
    await withWorker(async (worker) => {
      const running = await worker.start(await portalJob('slow'));
      const job = jobOf(worker, 'slow');
      const jobId = await job.until(({ signatureJobId }) => signatureJobId, 'the job is created');
      await hold(stack.admin, 'pades', 'before');
      await stack.admin.act(jobId, 1, 'sign');
      await stack.admin.advanceClock(31 * 24 * 60 * 60);
      await temporal.sleep('31 days');
      await job.until(({ state }) => state === 'ARCHIVING', 'the signed documents are fetched');
      await waitUntilHolding(stack.admin, 'pades');
      const before = await job.timers();
      await stack.sandbox().kill9();
      await temporal.sleep('11 minutes');
      const alarm = await job.until(({ deletionAlarm }) => deletionAlarm, 'the alarm');
      assert.equal(alarm.raisedAfterDays, 30);
      assert.equal(await job.searched(), SERVICE_DELETES_SOON);
      await stack.restartSandbox();
      // The longest wait between two attempts.
      await temporal.sleep('5 minutes');
      assert.equal((await running.result()).outcome, 'SIGNED');
      assert.equal(await job.timers(), before, 'the archive has no timer');
      // Four attempts until the state is shown, then attempts without limit.
      const fetched = await job.scheduled(({ activityType }) => activityType?.name === 'archivePades');
      assert.deepEqual(fetched, [4, 0]);
    });
  });
});
