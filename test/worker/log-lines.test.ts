import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { signingWorkflowId } from '@signering/contract';
import { portalJob } from '../end-to-end/portal-jobs.js';
import { createdJobIdOf, useSigningStack, type SigningStack } from '../end-to-end/signing-stack.js';
import { newSecret, webhookSettings } from '../end-to-end/webhook-receiver.js';
import { waitFor } from '../fixtures/index.js';

type Line = Readonly<Record<string, unknown>>;

describe('log lines of a worker about a job', () => {
  let used: SigningStack;
  let lines: readonly Line[];
  let jobId: string;
  let workflowId: string;
  const settings: Record<string, string> = { SIGNERING_LOG_LEVEL: 'debug' };
  before(() => {
    const { SIGNERING_WEBHOOKS: file = '' } = webhookSettings([
      { id: 'unused', url: 'https://unused.test', secrets: [newSecret()], types: ['job.failed'] },
    ]);
    chmodSync(file, 0o644);
    settings['SIGNERING_WEBHOOKS'] = file;
  });
  useSigningStack((started) => void (used = started), { workerSettings: settings });
  before(async () => {
    const { stack, client, worker } = used;
    await client.startPortalJob(await portalJob('logged'));
    jobId = await createdJobIdOf(client, 'logged');
    workflowId = signingWorkflowId(stack.env['SIGNERING_ORGANIZATION'] ?? '', 'logged');
    await stack.admin.act(jobId, 1, 'sign');
    await client.waitForResult('logged');
    lines = await waitFor(
      () => {
        const found = worker
          .logged()
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as Line);
        return found.filter(({ operation }) => operation === 'confirm').length >= 2 && found;
      },
      { what: 'the confirmation is logged' },
    );
  });

  const callsOf = (operation: string) => lines.filter((line) => line['operation'] === operation);

  it('name workflow, run and reference, also those of calls of the service', () => {
    const about = lines.filter((line) => line['workflowId'] === workflowId);
    assert.ok(about.length > 10, `${about.length} lines`);
    const runs = new Set(about.map(({ runId }) => runId));
    assert.equal(runs.size, 1);
    assert.match(String([...runs][0]), /^[\da-f]{8}-/u);
    assert.deepEqual([...new Set(about.map(({ reference }) => reference))], ['logged']);
    for (const operation of ['create', 'pades', 'xades', 'confirm']) {
      const calls = callsOf(operation);
      assert.ok(calls.length >= 2, operation);
      for (const call of calls) assert.equal(call['workflowId'], workflowId, operation);
    }
  });

  it('warn at the start of a file with secrets that every user can read', () => {
    const warnings = lines.filter(({ msg }) => String(msg).includes('names a file with secrets'));
    assert.deepEqual(
      warnings.map(({ level, msg }) => [level, String(msg).split(' ')[0]]),
      [['warn', 'SIGNERING_WEBHOOKS']],
    );
  });

  it('name the job from its creation on', () => {
    for (const operation of ['pades', 'xades', 'confirm']) {
      for (const call of callsOf(operation)) assert.equal(call['signatureJobId'], jobId, operation);
    }
    const completed = lines.find(
      (line) => line['msg'] === 'Workflow completed' && line['workflowId'] === workflowId,
    );
    assert.equal(completed?.['signatureJobId'], jobId);
  });

  it('name the poller of the queue for its polls', () => {
    for (const { workflowId: id } of callsOf('fetchStatusChange'))
      assert.match(String(id), /^status-queue\//u);
  });

  it('have one name for the run, and no task token', () => {
    for (const line of lines) {
      assert.ok(!('workflowRunId' in line) && !('taskToken' in line), JSON.stringify(line));
    }
  });
});
