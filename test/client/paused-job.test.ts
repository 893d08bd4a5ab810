import assert from 'node:assert/strict';
import { InterceptingCall, type Interceptor } from '@grpc/grpc-js';
import { Client, Connection } from '@temporalio/client';
import proto from '@temporalio/proto';
import { SigningClient } from '@signering/client';
import { formatKeys, generateKey, parseKeys } from '@signering/encryption';
import { createNamespace, freshStorage, sharedTemporal, waitFor } from '../fixtures/index.js';
import { pdfSaying, validRequest } from './requests.js';

const { workflowservice, enums } = proto.temporal.api;
const { DescribeWorkflowExecutionResponse, ListWorkflowExecutionsResponse } = workflowservice.v1;
const { WORKFLOW_EXECUTION_STATUS_RUNNING: RUNNING, WORKFLOW_EXECUTION_STATUS_PAUSED: PAUSED } =
  enums.v1.WorkflowExecutionStatus;

// The test server cannot pause a workflow, which Temporal can from 1.30 on: its answers are rewritten.
const paused: Interceptor = (options, next) =>
  new InterceptingCall(next(options), {
    start: (metadata, _, start) => {
      const path = options.method_definition.path;
      start(metadata, {
        onReceiveMessage: (message: Uint8Array, receive) => {
          if (path.endsWith('/DescribeWorkflowExecution')) {
            const answer = DescribeWorkflowExecutionResponse.decode(message);
            pause(answer.workflowExecutionInfo);
            receive(Buffer.from(DescribeWorkflowExecutionResponse.encode(answer).finish()));
          } else if (path.endsWith('/ListWorkflowExecutions')) {
            const answer = ListWorkflowExecutionsResponse.decode(message);
            answer.executions.forEach(pause);
            receive(Buffer.from(ListWorkflowExecutionsResponse.encode(answer).finish()));
          } else receive(message);
        },
      });
    },
  });

function pause(execution: proto.temporal.api.workflow.v1.IWorkflowExecutionInfo | null | undefined): void {
  if (execution?.status === RUNNING) execution.status = PAUSED;
}

describe('a job whose workflow an operator paused in Temporal', () => {
  it('is RUNNING, in the list and for calls that need it to run', async () => {
    const { address } = await sharedTemporal();
    const namespace = await createNamespace(address);
    const connection = await Connection.connect({ address, interceptors: [paused] });
    const client = await SigningClient.connect({
      settings: {
        organizationNumber: '910000007',
        storage: await freshStorage(),
        keys: parseKeys(formatKeys([generateKey('test')])),
        pollingQueue: 'signering-workflows',
        callTimeoutMs: 8_000,
        temporal: { connection: { address }, namespace },
      },
      temporalClient: new Client({ connection, namespace }),
    });
    try {
      const request = { ...validRequest(await pdfSaying('Lease')), reference: 'paused' };
      await waitFor(() => client.startPortalJob(request), { what: 'a job starts in the new namespace' });
      const [job] = await waitFor(
        async () => {
          const { jobs } = await client.listJobs();
          return jobs.length === 1 && jobs;
        },
        { what: 'the job is in the list' },
      );
      assert.equal(job?.status, 'RUNNING');
      // There is no worker: a job that had ended would answer TOO_LATE, and have a failure.
      const unanswered = { code: 'WORKER_UNAVAILABLE' };
      await assert.rejects(client.cancelJob('paused', { reason: 'withdrawn' }), unanswered);
      await assert.rejects(client.getJob('paused'), unanswered);
      const since = new Date(0).toISOString();
      assert.deepEqual((await client.listJobs({ endedAfter: since })).jobs, []);
    } finally {
      await client.close();
      await connection.close();
    }
  });
});
