import assert from 'node:assert/strict';
import { Client, type Connection } from '@temporalio/client';
import type { SigningClient } from '@signering/client';
import {
  SIGNING_FLOW,
  SIGNING_ORGANIZATION,
  SIGNING_STATE,
  signingWorkflowId,
  TASK_QUEUE,
  WORKFLOW_TYPES,
} from '@signering/contract';
import { createDataConverter, formatKeys, generateKey, parseKeys } from '@signering/encryption';
import { waitFor, type TestStack } from '../fixtures/index.js';
import { useSigningStack } from './signing-stack.js';

describe('a workflow whose input no worker can decrypt', () => {
  let stack: TestStack;
  let client: SigningClient;
  let connection: Connection;
  let workflowId: string;

  useSigningStack((started) => ({ stack, client, connection } = started));
  before(async () => {
    const organizationNumber = stack.env['SIGNERING_ORGANIZATION'] ?? '';
    workflowId = signingWorkflowId(organizationNumber, 'stray');
    const stranger = new Client({
      connection,
      namespace: stack.temporal.namespace,
      dataConverter: createDataConverter(parseKeys(formatKeys([generateKey('stray-key')]))),
    });
    await stranger.workflow.start(WORKFLOW_TYPES.portalSigning, {
      workflowId,
      taskQueue: TASK_QUEUE,
      args: [{ version: 1, organizationNumber, reference: 'stray' }],
      typedSearchAttributes: [
        { key: SIGNING_FLOW, value: 'PORTAL' },
        { key: SIGNING_ORGANIZATION, value: organizationNumber },
        { key: SIGNING_STATE, value: 'CREATING' },
      ],
    });
  });

  const named = () =>
    new RegExp(`workflow ${workflowId} is encrypted under key "stray-key", which no worker has`, 'u');

  it('is KEY_MISMATCH in getJob and status, not a missing worker', async () => {
    await assert.rejects(client.getJob('stray'), { code: 'KEY_MISMATCH', message: named() });
    const status = await stack.signering('status', 'stray');
    assert.equal(status.exitCode, 2);
    assert.match(status.stderr.replace(/\s+/gu, ' '), named());
  });

  it('is named by list', async () => {
    await waitFor(
      async () => {
        for await (const job of client.listAllJobs({ statuses: ['RUNNING'] })) {
          if (job.status === 'RUNNING' && job.reference === 'stray')
            return named().test(job.keyMismatch ?? '');
        }
        return false;
      },
      { what: 'Temporal lists the job' },
    );
    for (const args of [['list'], ['list', '--view', 'unreadable']]) {
      const { stdout } = await stack.signering(...args);
      // Broken into lines that fit the terminal.
      assert.match(stdout.replaceAll(/\s+/gu, ' '), named());
    }
  });

  it('fails the doctor', async () => {
    const { stdout, exitCode } = await stack.signering('doctor', '--client', '--json');
    assert.equal(exitCode, 2, stdout);
    const { checks } = JSON.parse(stdout) as {
      checks: { check: string; verdict: string; troubles?: { what: string }[] }[];
    };
    const readable = checks.find(({ check }) => check === 'readableJobs');
    assert.equal(readable?.verdict, 'FAILED');
    assert.match(readable.troubles?.[0]?.what ?? '', named());
    assert.match(stdout, /identity [0-9a-f-]{36}/u);
  });
});
