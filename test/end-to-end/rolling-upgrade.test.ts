import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Connection } from '@temporalio/client';
import { SigningClient } from '@signering/client';
import { DEFAULT_POLLING_QUEUE, signingWorkflowId, statusQueueWorkflowId } from '@signering/contract';
import { findTemporalExecutable } from '@signering/dev-stack/internal/processes/index.js';
import { loadClientSettings } from '@signering/settings';
import { readProjectFile } from '../docs/project-files.js';
import { startTestStack, waitFor, type TestStack } from '../fixtures/index.js';
import { assertSettledOnce } from './archive-evidence.js';
import { portalJob } from './portal-jobs.js';
import { createdJobIdOf } from './signing-stack.js';
import { workflowsOf } from './stack-workflows.js';

const DEPLOYMENT = 'signering';

describe('versioned workers', () => {
  let stack: TestStack;
  let client: SigningClient;
  let connection: Connection;

  before(async () => {
    stack = await startTestStack();
    connection = await Connection.connect({ address: stack.temporal.address });
    client = await SigningClient.connect({ env: stack.env });
  });
  after(async () => {
    await client.close();
    await connection.close();
    await stack.stop();
  });

  const start = (build: string) =>
    stack.startWorker({ SIGNERING_DEPLOYMENT: DEPLOYMENT, SIGNERING_BUILD_ID: build });

  /** Runs the command of docs/upgrading.md. Temporal knows a build a moment after its first poll. */
  async function makeCurrent(build: string): Promise<void> {
    const [, command = ''] =
      /^ *temporal (.* set-current-version .*)$/mu.exec(readProjectFile('docs/upgrading.md')) ?? [];
    const { address, namespace } = stack.temporal;
    const temporal = await findTemporalExecutable({ env: process.env });
    const args = command.replace('0.2.0', build).split(' ');
    await waitFor(
      () => promisify(execFile)(temporal, [...args, '--address', address, '--namespace', namespace]),
      { what: `build ${build} is current` },
    );
  }

  async function buildOf(workflowId: string): Promise<string | undefined> {
    const { raw } = await workflowsOf(stack, connection).getHandle(workflowId).describe();
    return raw.workflowExecutionInfo?.versioningInfo?.deploymentVersion?.buildId ?? undefined;
  }

  it('carry on with jobs and pollers on the current build, after an upgrade and after a roll-back', async () => {
    const { organizationNumber } = loadClientSettings(stack.env);
    const jobWorkflow = signingWorkflowId(organizationNumber, 'upgraded');
    const poller = statusQueueWorkflowId(organizationNumber, 'PORTAL', DEFAULT_POLLING_QUEUE);
    const older = await start('0.1.0');
    await makeCurrent('0.1.0');
    await client.startPortalJob(await portalJob('upgraded', [1, 2, 3]));
    const jobId = await createdJobIdOf(client, 'upgraded');
    const signedBy = async (signer: number, build: string) => {
      await stack.admin.act(jobId, signer, 'sign');
      await waitFor(async () => (await client.getJob('upgraded')).signers[signer - 1]?.status === 'SIGNED', {
        what: `signer ${signer} has signed`,
      });
      for (const workflowId of [jobWorkflow, poller]) {
        await waitFor(async () => (await buildOf(workflowId)) === build, {
          what: `${workflowId} runs on build ${build}`,
        });
      }
    };
    await signedBy(1, '0.1.0');

    const newer = await start('0.2.0');
    await makeCurrent('0.2.0');
    await signedBy(2, '0.2.0');

    await makeCurrent('0.1.0');
    await newer.stop(20_000);
    await signedBy(3, '0.1.0');
    assert.equal((await client.waitForResult('upgraded')).outcome, 'SIGNED');
    await assertSettledOnce(stack, 'upgraded');
    assert.match(older.logged(), /0\.1\.0/u, 'the worker logs its build');
  });

  it('do not start with one of the two settings', async () => {
    const settings = { ...stack.env, SIGNERING_BUILD_ID: '0.1.0' };
    await assert.rejects(
      stack.startWorker(settings),
      /SIGNERING_DEPLOYMENT: is not set; worker versioning requires/u,
    );
  });
});
