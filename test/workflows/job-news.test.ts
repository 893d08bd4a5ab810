import assert from 'node:assert/strict';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { ApplicationFailure } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import type { ReportJobNewsInput } from '@signering/activities';
import {
  describeQuery,
  portalStatusChangeSignal,
  signingStartOptionsOf,
  TASK_QUEUE,
  WORKFLOW_TYPES,
  type JobNews,
  type PortalSigningInput,
} from '@signering/contract';
import type { PortalStatusChange } from '@signering/schema';
import { WORKFLOW_BUNDLE_FILE } from '@signering/worker';
import { addSearchAttributes, startTimeSkipping, useQuietRuntime, waitFor } from '../fixtures/index.js';

const DAY_MS = 24 * 60 * 60 * 1000;
const FIRST = { emailAddress: 'kari@example.com' };
const SECOND = { emailAddress: 'ola@example.com' };

/**
 * The news of a job's end cancel the attempts before. The clock would stop for good if a retry were due in that moment,
 * and not begun: those are tried again a day later.
 */
function refusal({ outcome }: JobNews): ApplicationFailure {
  return ApplicationFailure.create({
    message: 'Temporal is down.',
    ...(outcome === undefined && { nextRetryDelay: '1 day' }),
  });
}

describe('the news that a job hands to its emails', () => {
  let temporal: TestWorkflowEnvironment;
  const reported: JobNews[] = [];
  const attempts: JobNews[] = [];
  let isRefused = false;
  /** How far the clock of the worker that creates jobs is ahead, in milliseconds. */
  let aheadMs = 0;
  let archive = Promise.resolve();
  let afterConfirmation: () => void = () => undefined;
  let stopWorkflows: () => Promise<void>;
  const stops: (() => Promise<void>)[] = [];

  const activities = {
    followStatusQueue: () => Promise.resolve(),
    createSignatureJob: async () => ({
      kind: 'CREATED',
      ambiguousAttempts: [],
      signatureJobId: '1',
      createdAt: new Date((await temporal.currentTimeMs()) + aheadMs).toISOString(),
    }),
    archiveOutcome: async () => {
      await archive;
      return { folder: 'f' };
    },
    confirmOutcome: () => {
      afterConfirmation();
      return Promise.resolve();
    },
    reportJobNews: ({ news }: ReportJobNewsInput) => {
      attempts.push(news);
      if (isRefused) return Promise.reject(refusal(news));
      reported.push(news);
      return Promise.resolve();
    },
  };
  const common = () => ({
    connection: temporal.nativeConnection,
    namespace: 'default',
    taskQueue: TASK_QUEUE,
  });

  before(async () => {
    useQuietRuntime();
    temporal = await startTimeSkipping();
    await addSearchAttributes(temporal.connection, 'default');
    const worker = await Worker.create({
      ...common(),
      workflowBundle: { codePath: WORKFLOW_BUNDLE_FILE },
    });
    const running = worker.run();
    stopWorkflows = async () => {
      worker.shutdown();
      await running;
    };
  });
  beforeEach(() => {
    reported.length = 0;
    attempts.length = 0;
    isRefused = false;
    aheadMs = 0;
    archive = Promise.resolve();
    afterConfirmation = () => undefined;
  });
  afterEach(() => Promise.all(stops.splice(0).map((stop) => stop())));
  after(async () => {
    await stopWorkflows();
    await temporal.teardown();
  });

  /** Starts a worker for activities. The function stops it, and may be called again. */
  async function startActivities(): Promise<() => Promise<void>> {
    const worker = await Worker.create({ ...common(), activities });
    const running = worker.run();
    const stop = () => {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      return running;
    };
    stops.push(stop);
    return stop;
  }

  async function start(reference: string) {
    const job = {
      title: 'Agreement',
      documents: [
        { name: 'a.pdf', title: 'a', sha256: 'a'.repeat(64), size: 1, mediaType: 'application/pdf' },
      ],
      signers: [FIRST, SECOND].map((signer) => ({ ...signer, notifications: signer })),
      availability: { availableSeconds: (10 * DAY_MS) / 1000 },
      pollingQueue: 'default',
    };
    const input = {
      version: 1,
      organizationNumber: '910000007',
      reference,
      contentDigest: 'c'.repeat(64),
      job,
      emailsTo: { emailAddress: 'anne@example.com' },
    } as unknown as PortalSigningInput;
    const handle = await temporal.client.workflow.start(WORKFLOW_TYPES.portalSigning, {
      ...signingStartOptionsOf('PORTAL', input),
      taskQueue: TASK_QUEUE,
    });
    const change = (status: PortalStatusChange['status'], kinds: readonly string[]) =>
      handle.signal(portalStatusChangeSignal, {
        change: {
          signatureJobId: '1',
          status,
          confirmationUrl: 'https://127.0.0.1:1/confirm',
          signatures: kinds.map((kind, index) => ({
            identifier: index === 0 ? FIRST : SECOND,
            status: { kind },
            since: new Date().toISOString(),
          })),
        } as unknown as PortalStatusChange,
      });
    const told = (count: number) => waitFor(() => reported.length >= count, { what: `${count} news` });
    return { handle, change, told };
  }

  it('name one deadline, also when the clock of the worker is ahead of that of Temporal', async () => {
    await startActivities();
    aheadMs = 200;
    const job = await start('clock-ahead');
    await job.told(1);
    await temporal.sleep('9 days');
    await job.change('IN_PROGRESS', ['SIGNED', 'WAITING']);
    await job.told(2);
    assert.notEqual(reported[0]?.remindOf, undefined);
    assert.equal(reported[1]?.remindOf, reported[0]?.remindOf);
    await waitFor(async () => (await job.handle.describe()).raw.pendingActivities?.length === 0, {
      what: 'the news are answered',
    });
    // Answered after the workflow task about it. The clock would stop for good if either were not done.
    await job.handle.query(describeQuery);
    await job.handle.terminate();
  });

  it('name no deadline once the job is over, while its archive is held up', async () => {
    await startActivities();
    let release = (): void => undefined;
    archive = new Promise((resolve) => (release = resolve));
    const job = await start('archive-held');
    await job.told(1);
    await job.change('FAILED', ['EXPIRED', 'REJECTED']);
    await job.told(2);
    assert.deepEqual([reported[1]?.remindOf, reported[1]?.outcome], [undefined, undefined]);
    release();
    await job.handle.result();
  });

  it('are handed over although no worker runs for long when the job ends', async () => {
    const stop = await startActivities();
    // The last activity before the end: its worker polls no more.
    const stopped = new Promise<void>((resolve) => {
      afterConfirmation = () => resolve(stop());
    });
    const job = await start('no-worker');
    await job.told(1);
    await job.change('FAILED', ['EXPIRED', 'EXPIRED']);
    await stopped;
    // The server stops its clock while an activity waits for a worker.
    const { testService } = temporal.connection;
    await testService?.unlockTimeSkipping({});
    await temporal.sleep('1 hour');
    await testService?.lockTimeSkipping({});
    // Answered after what the time has brought.
    await job.handle.query(describeQuery);
    assert.equal((await job.handle.describe()).status.name, 'RUNNING');
    await startActivities();
    await job.handle.result();
    assert.equal(reported.at(-1)?.outcome, 'EXPIRED');
  });

  it('keep the job open for ten attempts, and no longer, while they cannot be handed over', async () => {
    await startActivities();
    isRefused = true;
    const job = await start('refused');
    const attempt = async () => (await job.handle.describe()).raw.pendingActivities?.[0]?.attempt;
    await waitFor(async () => (await attempt()) === 2, { what: 'the first news are refused' });
    await job.change('FAILED', ['EXPIRED', 'EXPIRED']);
    await job.handle.result();
    assert.equal(attempts.filter(({ outcome }) => outcome === 'EXPIRED').length, 10);
  });
});
