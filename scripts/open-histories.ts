import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { describeQuery, redirectUrlsUpdate, type SigningState } from '@signering/contract';
import { directJob, visit } from '../test/end-to-end/direct-jobs.js';
import { portalJob } from '../test/end-to-end/portal-jobs.js';
import {
  addSearchAttributes,
  startTestStack,
  startTimeSkipping,
  waitFor,
  withClearWorker,
  type ClearSigning,
  type ClearWorker,
  type TestStack,
  type TestStackOptions,
} from '../test/fixtures/index.js';

/** A time-skipping Temporal, a sandbox, and a worker. */
interface Studio {
  readonly temporal: TestWorkflowEnvironment;
  readonly stack: TestStack;
  readonly worker: ClearWorker;
}

/** Open jobs by the name of their recording. */
type OpenJobs = Readonly<Record<string, ClearSigning>>;

/** Histories of open jobs of both flows in each waiting state, by name, as JSON. */
export async function recordOpenHistories(): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ...(await record({}, waitingForSigners)),
    ...(await record({ settings: { SIGNERING_AMBIGUOUS_CREATE: 'ask' } }, createAmbiguous)),
    ...(await record({}, archiveBroken)),
    // Reduces the number of polls in a month.
    ...(await record({ emptyQueueWait: '20d' }, overdue)),
  ]);
}

async function record(
  options: TestStackOptions,
  play: (studio: Studio) => Promise<OpenJobs>,
): Promise<readonly [string, string][]> {
  const stack = await startTestStack(options);
  const temporal = await startTimeSkipping();
  try {
    await addSearchAttributes(temporal.connection, 'default');
    const { connection: signals, nativeConnection: tasks } = temporal;
    return await withClearWorker({ stack, tasks, signals, namespace: 'default' }, async (worker) => {
      const jobs = await play({ temporal, stack, worker });
      const histories: [string, string][] = [];
      for (const [name, job] of Object.entries(jobs)) {
        histories.push([name, `${historyToJSON(await job.fetchHistory())}\n`]);
      }
      return histories;
    });
  } finally {
    await temporal.teardown();
    await stack.stop();
  }
}

/** One of two signers has signed the portal job; the direct job has no signature. */
async function waitingForSigners({ temporal, stack, worker }: Studio): Promise<OpenJobs> {
  const portal = await worker.start(await portalJob('open-waiting-portal', [1, 2]));
  const direct = await worker.startDirect(await directJob('open-waiting-direct'));
  await createdJob(direct);
  await direct.executeUpdate(redirectUrlsUpdate, { args: [{}] });
  await stack.admin.act(await createdJob(portal), 1, 'sign');
  await waitFor(
    async () => {
      await temporal.sleep('2 seconds');
      return (await portal.query(describeQuery)).waitingFor.includes(2);
    },
    { what: 'the second signer is waited for', withinMs: 120_000 },
  );
  return { 'open-waiting-portal': portal, 'open-waiting-direct': direct };
}

/** The response to each create is lost, and the worker waits for an operator's decision. */
async function createAmbiguous({ temporal, stack, worker }: Studio): Promise<OpenJobs> {
  await stack.admin.call('POST', '/faults', { fault: 'reset', operation: 'create', when: 'after', times: 2 });
  const portal = await worker.start(await portalJob('open-ambiguous-portal'));
  const direct = await worker.startDirect(await directJob('open-ambiguous-direct'));
  for (const job of [portal, direct]) await reached(job, 'CREATE_AMBIGUOUS', temporal);
  return { 'open-ambiguous-portal': portal, 'open-ambiguous-direct': direct };
}

/** The file returned as the signed PDF is not a PDF. */
async function archiveBroken({ temporal, stack, worker }: Studio): Promise<OpenJobs> {
  const portal = await worker.start(await portalJob('open-broken-portal'));
  const polled = { statusRetrievalMethod: 'POLLING' } as const;
  const direct = await worker.startDirect(await directJob('open-broken-direct', polled));
  await createdJob(direct);
  const { redirects } = await direct.executeUpdate(redirectUrlsUpdate, { args: [{}] });
  const fault = { fault: 'status', status: 200, body: 'This is no PDF.', operation: 'pades', times: 1000 };
  await stack.admin.call('POST', '/faults', fault);
  await stack.admin.act(await createdJob(portal), 1, 'sign');
  await visit(redirects[0]?.redirectUrl ?? '', 'sign');
  for (const job of [portal, direct]) await reached(job, 'ARCHIVE_BROKEN', temporal);
  return { 'open-broken-portal': portal, 'open-broken-direct': direct };
}

/** No signer signs in time, and the queue does not report the end. */
async function overdue({ temporal, worker }: Studio): Promise<OpenJobs> {
  const portal = await worker.start(await portalJob('open-overdue-portal'));
  const polled = { statusRetrievalMethod: 'POLLING' } as const;
  const direct = await worker.startDirect(await directJob('open-overdue-direct', polled));
  await createdJob(direct);
  await direct.executeUpdate(redirectUrlsUpdate, { args: [{}] });
  await createdJob(portal);
  await temporal.sleep('31 days');
  for (const job of [portal, direct]) await reached(job, 'OVERDUE', temporal);
  return { 'open-overdue-portal': portal, 'open-overdue-direct': direct };
}

function createdJob(job: ClearSigning): Promise<string> {
  return waitFor(async () => (await job.query(describeQuery)).signatureJobId, {
    what: 'the job is created',
    withinMs: 120_000,
  });
}

/** Skips time until the job waits in this state. */
async function reached(
  job: ClearSigning,
  wanted: SigningState,
  temporal: TestWorkflowEnvironment,
): Promise<void> {
  await waitFor(
    async () => {
      await temporal.sleep('1 minute');
      const { state, needsOperator } = await job.query(describeQuery);
      return state === wanted && (needsOperator !== undefined || wanted === 'OVERDUE');
    },
    { what: `${job.workflowId} is ${wanted}`, withinMs: 120_000 },
  );
}
