import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { Client, Connection, type WorkflowClientInterceptor } from '@temporalio/client';
import { noopMetricMeter, type MetricGauge } from '@temporalio/common';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Worker } from '@temporalio/worker';
import {
  SIGNING_FLOW,
  SIGNING_SERVICE_KEEPS_UNTIL,
  SIGNING_STATE,
  statusQueueWorkflowId,
} from '@signering/contract';
import { createMeters, type Meters } from '@signering/worker/internal/metrics/meters.js';
import { RunningWorkflows } from '@signering/worker/internal/metrics/running-workflows.js';
import { sampleDeletionAlarms } from '@signering/worker/internal/metrics/sample-deletion-alarms.js';
import { sampleJobs } from '@signering/worker/internal/metrics/sample-jobs.js';
import { sampleQueues } from '@signering/worker/internal/metrics/sample-queues.js';
import { sampleUnconfirmed } from '@signering/worker/internal/metrics/sample-unconfirmed.js';
import { startSampling, type Sampling } from '@signering/worker/internal/metrics/sampling.js';
import { createLogger } from '@signering/worker/internal/logger.js';
import { scriptSignal, type Script } from '../client/scripted-answers.js';
import { createNamespace, ownTemporal, sharedTemporal, useQuietRuntime, waitFor } from '../fixtures/index.js';

const OURS = 'of-this-organisation';
const THEIRS = 'of-another-organisation';
const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

describe('measurements of a worker', () => {
  it('end at once when the worker stops, also while Temporal does not answer', async () => {
    const server = await ownTemporal();
    const connection = await Connection.connect({ address: server.address });
    try {
      const temporal = new Client({ connection });
      const meters = createMeters(noopMetricMeter);
      const jobs = sampleJobs(new RunningWorkflows(temporal, OURS), meters);
      let begun = 0;
      process.kill(server.process.pid, 'SIGSTOP');
      const sampling = startSampling({
        temporal,
        samplers: [{ ...jobs, sample: (signal) => ((begun += 1), jobs.sample(signal)) }],
        intervalMs: 1000,
        meters,
        logger: createLogger('error'),
      });
      await waitFor(() => begun === 1, { what: 'a measurement waits for Temporal' });
      const stopped = performance.now();
      await sampling.stop();
      assert.ok(performance.now() - stopped < 30_000, 'it does not wait for the answer');
    } finally {
      process.kill(server.process.pid, 'SIGCONT');
      await connection.close();
      await server.stop();
    }
  });
});

describe('measurements of the workflows of a namespace', () => {
  let temporal: Client;
  let worker: Worker;
  let run: Promise<void>;
  /** Queries begin when this has resolved. */
  let held: Promise<void> | undefined;
  const stops: (() => Promise<unknown>)[] = [];

  before(async () => {
    const { address } = await sharedTemporal();
    const namespace = await createNamespace(address);
    useQuietRuntime();
    const native = await NativeConnection.connect({ address });
    const connection = await Connection.connect({ address });
    const holding: WorkflowClientInterceptor = {
      query: async (input, next) => {
        await held;
        return next(input);
      },
    };
    temporal = new Client({ connection, namespace, interceptors: { workflow: [holding] } });
    worker = await Worker.create({
      connection: native,
      namespace,
      taskQueue: OURS,
      workflowBundle: await bundleWorkflowCode({
        workflowsPath: fileURLToPath(new URL('../client/scripted-answers.js', import.meta.url)),
        logger: new DefaultLogger('ERROR'),
      }),
    });
    run = worker.run();
    stops.push(
      () => connection.close(),
      () => native.close(),
      () => (worker.getState() === 'RUNNING' && worker.shutdown(), run),
    );
  });
  after(async () => {
    for (const stop of stops.toReversed()) await stop();
  });

  async function startJob(name: string, flow: string, state: string, describe: unknown, taskQueue = OURS) {
    const typedSearchAttributes = [
      { key: SIGNING_FLOW, value: flow },
      { key: SIGNING_STATE, value: state },
    ];
    const job = { workflowId: name, taskQueue, typedSearchAttributes };
    const script: Script = { answers: { describe } };
    await temporal.workflow.signalWithStart('portalSigning', {
      ...job,
      signal: scriptSignal,
      signalArgs: [script],
    });
  }
  async function startPoller(flow: string, queue: string, describeQueue: unknown, taskQueue = OURS) {
    const script: Script = { answers: { describeQueue } };
    await temporal.workflow.signalWithStart('statusQueue', {
      workflowId: statusQueueWorkflowId('910000007', flow as 'PORTAL', queue),
      taskQueue,
      signal: scriptSignal,
      signalArgs: [script],
    });
  }

  /** Begins to measure every second; `values` has the newest value by name and labels, `samples` counts the complete measurements. */
  function measure() {
    const values = new Map<string, number>();
    const samples = { jobs: 0, queues: 0, unconfirmed: 0 };
    const noop = createMeters(noopMetricMeter);
    const recorded = (name: 'jobs' | 'age' | 'undelivered' | 'unconfirmed'): MetricGauge => ({
      ...noop.jobs,
      set: (value, labels = {}) => void values.set([name, ...Object.values(labels)].join(' '), value),
    });
    const meters: Meters = {
      ...noop,
      jobs: recorded('jobs'),
      queueLastPollAge: recorded('age'),
      undeliveredChanges: recorded('undelivered'),
      oldestUnconfirmedChangeAge: recorded('unconfirmed'),
      sampledTimestamp: {
        ...noop.sampledTimestamp,
        set: (_value, labels) => void (samples[labels?.['sample'] as keyof typeof samples] += 1),
      },
    };
    const workflows = new RunningWorkflows(temporal, OURS);
    const sampling: Sampling = startSampling({
      temporal,
      samplers: [
        sampleJobs(workflows, meters),
        sampleQueues(workflows, meters),
        sampleUnconfirmed(workflows, meters),
      ],
      intervalMs: 100,
      meters,
      logger: createLogger('error'),
    });
    return { values, samples, sampling };
  }

  it('are of the own task queue, and show as UNKNOWN what only a later version knows', async () => {
    const begun = Date.now();
    const hourAgo = new Date(begun - HOUR_MS).toISOString();
    const described = { version: 1, steps: [{ step: 'ARCHIVE', startedAt: hourAgo }] };
    await startJob('own', 'PORTAL', 'ARCHIVING', described);
    await startJob('of a later flow', 'VIDEO', 'ARCHIVING', { version: 2 });
    await startJob('in a later state', 'DIRECT', 'WITHDRAWN', undefined);
    await startJob('that has ended in a moment', 'DIRECT', 'SIGNED', undefined);
    await startJob('of others', 'PORTAL', 'ARCHIVING', undefined, THEIRS);
    const polled = { version: 1, lastPollAt: hourAgo };
    await startPoller('PORTAL', 'own', { ...polled, undelivered: [{ reason: 'FOREIGN' }] });
    await startPoller('VIDEO', 'own/video', { ...polled, undelivered: [{ reason: 'WITHHELD' }] });
    await startPoller('PORTAL', 'in a later format', { version: 2, lastPollAt: hourAgo });
    await startPoller('PORTAL', 'of others', { ...polled, undelivered: [] }, THEIRS);
    await waitFor(async () => (await temporal.workflow.count()).count === 9, { what: 'all are listed' });

    const { values, samples, sampling } = measure();
    try {
      const ages = ['age 910000007 PORTAL own', 'age 910000007 VIDEO own/video', 'unconfirmed'];
      await waitFor(() => ages.every((name) => (values.get(name) ?? 0) > 3000), {
        what: 'queues and jobs have answered',
      });
      await waitFor(() => Object.values(samples).every((count) => count > 0), { what: 'all is measured' });
    } finally {
      await sampling.stop();
    }
    const elapsed = (Date.now() - begun) / 1000 + 1;
    for (const [name, age] of values) {
      if (!name.startsWith('age') && name !== 'unconfirmed') continue;
      const isUnanswered = name === 'age 910000007 PORTAL in a later format';
      assert.ok(isUnanswered ? age <= elapsed : age > 3590 && age <= 3600 + elapsed, `${name}: ${age} s`);
    }
    assert.ok(values.has('age 910000007 PORTAL in a later format'), 'counts as unanswered');
    assert.ok(!values.has('age 910000007 PORTAL of others'));
    const counts = [...values].filter(([name, value]) => /^(?:jobs|undelivered)/u.test(name) && value > 0);
    assert.deepEqual(counts.toSorted(), [
      ['jobs DIRECT UNKNOWN', 1],
      ['jobs PORTAL ARCHIVING', 1],
      ['jobs UNKNOWN ARCHIVING', 1],
      ['undelivered PORTAL FOREIGN', 1],
      ['undelivered UNKNOWN UNKNOWN', 1],
    ]);
  });

  it('count the jobs whose first signature is 30 or 37 days old and not archived, by flow', async () => {
    const taskQueue = 'of-old-signatures';
    const daysLeft = [
      ['PORTAL', 20],
      ['PORTAL', 9],
      ['PORTAL', 2],
      ['DIRECT', 1],
    ] as const;
    for (const [flow, days] of daysLeft) {
      await temporal.workflow.start('portalSigning', {
        workflowId: `${flow} with ${days} days left`,
        taskQueue,
        typedSearchAttributes: [
          { key: SIGNING_FLOW, value: flow },
          { key: SIGNING_SERVICE_KEEPS_UNTIL, value: new Date(Date.now() + days * DAY_MS) },
        ],
      });
    }
    const query = `TaskQueue = '${taskQueue}'`;
    await waitFor(async () => (await temporal.workflow.count(query)).count === daysLeft.length, {
      what: 'all are listed',
    });
    const counts: Record<string, number> = {};
    const { unarchivedJobs } = createMeters(noopMetricMeter);
    const recorded: MetricGauge = {
      ...unarchivedJobs,
      set: (value, labels = {}) => void (counts[Object.values(labels).join(' ')] = value),
    };
    const sampler = sampleDeletionAlarms(new RunningWorkflows(temporal, taskQueue), {
      unarchivedJobs: recorded,
    });
    await sampler.sample(new AbortController().signal);
    assert.deepEqual(counts, { 'PORTAL 30': 2, 'PORTAL 37': 1, 'DIRECT 30': 1, 'DIRECT 37': 1 });
  });

  it('are complete in seconds although no workflow answers, and hold no other measurement up', async () => {
    for (let n = 1; n <= 30; n += 1) await startJob(`silent ${n}`, 'PORTAL', 'CONFIRMING', undefined);
    worker.shutdown();
    await run;
    let release = (): void => undefined;
    held = new Promise((resolve) => (release = resolve));
    const begun = performance.now();
    const { values, samples, sampling } = measure();
    try {
      await waitFor(() => samples.jobs >= 2, { what: 'jobs are counted again' });
      assert.deepEqual({ ...samples, jobs: 0 }, { jobs: 0, queues: 0, unconfirmed: 0 }, 'the others wait');
      release();
      const released = performance.now();
      await waitFor(() => samples.queues > 0 && samples.unconfirmed > 0, {
        what: 'the others end',
      });
      // All 32 jobs, ten at a time and five seconds each, would take 15 seconds.
      assert.ok(performance.now() - released < 14_000, 'in seconds');
      const stopped = performance.now();
      await sampling.stop();
      assert.ok(performance.now() - stopped < 3000, 'a stop ends the next round');
    } finally {
      release();
      await sampling.stop();
    }
    const elapsed = (performance.now() - begun) / 1000 + 1;
    for (const queue of ['PORTAL own', 'VIDEO own/video', 'PORTAL in a later format']) {
      const age = values.get(`age 910000007 ${queue}`) ?? NaN;
      assert.ok(age <= elapsed, `${queue}: ${age} s`);
    }
  });
});
