import assert from 'node:assert/strict';
import { Client, Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import proto from '@temporalio/proto';
import { freePort } from '@signering/dev-stack/internal/processes/index.js';
import { SIGNING_ORGANIZATION, SIGNING_SEARCH_ATTRIBUTES, TASK_QUEUE } from '@signering/contract';
import { createNamespace, sharedTemporal, waitFor } from '../../fixtures/index.js';
import { findingsFor, notCheckedBecause, passedWith, troubleOf, type Findings } from './findings.js';

const { IndexedValueType, TaskQueueType } = proto.temporal.api.enums.v1;
const TEMPORAL_CHECKS = ['temporal', 'namespace', 'searchAttributes', 'worker', 'fairness'] as const;

describe('signering doctor, Temporal', () => {
  let address: string;
  let connection: Connection;
  before(async () => {
    ({ address } = await sharedTemporal());
    connection = await Connection.connect({ address });
  });
  after(() => connection.close());

  const examine = (namespace: string, at = address): Promise<Findings> =>
    findingsFor({ TEMPORAL_ADDRESS: at, TEMPORAL_NAMESPACE: namespace }, TEMPORAL_CHECKS);
  const bareNamespace = async (name: string): Promise<string> => {
    const namespace = `doctor-${name}-${process.pid}`;
    await connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: msToTs('3 days'),
    });
    return namespace;
  };

  it('fails with exit code 75 when nothing answers at its address', async () => {
    const findings = await examine('default', `127.0.0.1:${await freePort()}`);
    assert.match(troubleOf(findings.of('temporal')), /does not answer.*npm start.*TEMPORAL_ADDRESS/su);
    assert.match(notCheckedBecause(findings.of('namespace')), /«Temporal»/u);
    for (const name of ['searchAttributes', 'worker', 'fairness'] as const) {
      assert.match(notCheckedBecause(findings.of(name)), /«Namespace»/u);
    }
    assert.equal(findings.exitCode, 75);
  });

  it('fails with exit code 2 when the namespace is unknown', async () => {
    const findings = await examine('nowhere');
    assert.match(passedWith(findings.of('temporal')).summary, /answers, server 1\./u);
    assert.match(
      troubleOf(findings.of('namespace')),
      /"nowhere".*TEMPORAL_NAMESPACE.*temporal operator namespace create/su,
    );
    assert.equal(findings.exitCode, 2);
  });

  it('fails when the namespace lacks the search attributes, and prints the command that creates them', async () => {
    const namespace = await bareNamespace('bare');
    const findings = await examine(namespace);
    assert.match(passedWith(findings.of('namespace')).summary, /for 3 days/u);
    const said = troubleOf(findings.of('searchAttributes'));
    for (const { name } of SIGNING_SEARCH_ATTRIBUTES) assert.ok(said.includes(`--name ${name} --type`));
    assert.equal(findings.exitCode, 75);
  });

  it('fails when a search attribute has the wrong type', async () => {
    const { INDEXED_VALUE_TYPE_KEYWORD, INDEXED_VALUE_TYPE_INT, INDEXED_VALUE_TYPE_DATETIME } =
      IndexedValueType;
    // More than ten KEYWORD attributes find no room in an SQL store.
    const typesThere = {
      KEYWORD: INDEXED_VALUE_TYPE_KEYWORD,
      KEYWORD_LIST: INDEXED_VALUE_TYPE_KEYWORD,
      INT: INDEXED_VALUE_TYPE_DATETIME,
      DATETIME: INDEXED_VALUE_TYPE_INT,
    };
    const namespace = await bareNamespace('types');
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(
        SIGNING_SEARCH_ATTRIBUTES.map(({ name, type }) => [name, typesThere[type]]),
      ),
    });
    const findings = await examine(namespace);
    assert.match(
      troubleOf(findings.of('searchAttributes')),
      /wrong type: SigningDeadline, SigningSignersWaiting, SigningServiceKeepsUntil, SigningArchivedUntil, SigningUndelivered, SigningWebhooks\..*TEMPORAL_NAMESPACE/su,
    );
    assert.equal(findings.exitCode, 2);
  });

  it('fails with exit code 75 when no worker polls', async () => {
    const findings = await examine(await createNamespace(address));
    passedWith(findings.of('searchAttributes'));
    assert.match(troubleOf(findings.of('worker')), /for workflows and activities.*signering worker/su);
    assert.equal(findings.exitCode, 75);
  });

  it('fails when open jobs are on another task queue that no worker polls', async () => {
    const namespace = await createNamespace(address);
    const names = [...TEMPORAL_CHECKS, 'taskQueues'] as const;
    const settings = {
      TEMPORAL_ADDRESS: address,
      TEMPORAL_NAMESPACE: namespace,
      SIGNERING_ORGANIZATION: '910000007',
    };
    const earlier = { taskQueue: 'earlier', workflowId: 'signing/910000007/on-the-earlier-queue', args: [] };
    const client = new Client({ connection, namespace });
    const start = () =>
      client.workflow.start('portalSigning', {
        ...earlier,
        typedSearchAttributes: [{ key: SIGNING_ORGANIZATION, value: '910000007' }],
      });
    const job = await waitFor(start, { what: 'a job starts in the new namespace' });
    const findings = await waitFor(
      async () => {
        const found = await findingsFor(settings, names);
        return found.of('taskQueues').verdict === 'FAILED' ? found : undefined;
      },
      { what: 'the job can be found' },
    );
    assert.match(
      troubleOf(findings.of('taskQueues')),
      /"earlier", which no worker polls: they wait.*SIGNERING_TASK_QUEUE=earlier/su,
    );
    await job.terminate();
    await waitFor(async () => (await findingsFor(settings, names)).of('taskQueues').verdict === 'PASSED', {
      what: 'the job has ended',
    });
  });

  it('explains fairness, and passes with and without it', async () => {
    const namespace = await createNamespace(address);
    const without = passedWith((await examine(namespace)).of('fairness')).summary;
    assert.match(without, /not configured.*not required.*many organisations.*rate limit/su);
    await connection.workflowService.updateTaskQueueConfig({
      namespace,
      taskQueue: TASK_QUEUE,
      taskQueueType: TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
      updateFairnessKeyRateLimitDefault: { rateLimit: { requestsPerSecond: 7 } },
    });
    assert.match(
      passedWith((await examine(namespace)).of('fairness')).summary,
      /at most 7 tasks a second for each fairness key/u,
    );
  });
});
