import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WorkflowNotFoundError, type Connection } from '@temporalio/client';
import type { SigningClient, JobResult } from '@signering/client';
import { signingWorkflowId } from '@signering/contract';
import { waitFor, type TestStack } from '../fixtures/index.js';
import { archiveFoldersOf, assertArchivedBeforeConfirmed } from './archive-evidence.js';
import { portalJob, SYNTHETIC_SIGNERS } from './portal-jobs.js';
import { createdJobIdOf, useSigningStack } from './signing-stack.js';
import { workflowsOf } from './stack-workflows.js';

const MONTH_SECONDS = 31 * 24 * 60 * 60;

describe('a job that ends without all signatures', () => {
  let stack: TestStack;
  let client: SigningClient;
  let connection: Connection;

  useSigningStack((started) => ({ stack, client, connection } = started));

  async function started(reference: string, orders: readonly number[]): Promise<string> {
    await client.startPortalJob(await portalJob(reference, orders));
    return createdJobIdOf(client, reference);
  }

  async function ended(reference: string): Promise<JobResult> {
    return client.waitForResult(reference);
  }

  it('is REJECTED when a signer rejects, and keeps what was signed before', async () => {
    const id = await started('rejected', [1, 2, 3]);
    await stack.admin.act(id, 1, 'sign');
    await stack.admin.act(id, 2, 'reject');
    const { outcome, signers, archive } = await ended('rejected');
    assert.equal(outcome, 'REJECTED');
    assert.deepEqual(
      signers.map(({ status }) => status),
      ['SIGNED', 'REJECTED', 'NOT_APPLICABLE'],
    );
    assert.ok(archive.documents.some(({ name }) => name === 'xades-1.xml'));
    await assertArchivedBeforeConfirmed(stack, 'rejected', id);
  });

  it('is CANCELLED when the sender cancels, and rejects another cancellation', async () => {
    await started('cancelled', [1]);
    for (const refused of [{ reason: ' ' }, { reason: 'withdrawn', by: 'k'.repeat(101) }]) {
      await assert.rejects(client.cancelJob('cancelled', refused), { code: 'INVALID_REQUEST' });
    }
    assert.deepEqual(await client.cancelJob('cancelled', { reason: 'withdrawn' }), { result: 'CANCELLED' });
    assert.equal((await ended('cancelled')).outcome, 'CANCELLED');
    assert.deepEqual(await client.cancelJob('cancelled', { reason: 'withdrawn again' }), {
      result: 'TOO_LATE',
    });
  });

  it('writes a receipt that masks the signers', () => {
    const [folder] = archiveFoldersOf(stack, 'cancelled');
    assert.deepEqual(readdirSync(folder!), ['metadata.json', 'receipt.json']);
    const receipt = readFileSync(join(folder!, 'receipt.json'), 'utf8');
    assert.match(receipt, /"outcome": "CANCELLED"/u);
    for (const number of SYNTHETIC_SIGNERS) assert.ok(!receipt.includes(number));
  });

  it('is described by its receipt once Temporal has forgotten it: metadata, signers, decisions and times', async () => {
    const metadata = { caseNumber: '2026/17', 'case.part': 'Åse' };
    await client.startPortalJob({ ...(await portalJob('forgotten', [1, 2])), metadata });
    const id = await createdJobIdOf(client, 'forgotten');
    await stack.admin.act(id, 1, 'sign');
    await client.cancelJob('forgotten', { reason: 'withdrawn', by: 'kari.nordmann' });
    const known = await ended('forgotten');
    assert.deepEqual(known.metadata, metadata);
    assert.equal(known.decisions?.length, 1);
    const workflowId = signingWorkflowId(known.organizationNumber, 'forgotten');
    const { namespace } = stack.temporal;
    await connection.workflowService.deleteWorkflowExecution({
      namespace,
      workflowExecution: { workflowId },
    });
    await waitFor(
      () =>
        workflowsOf(stack, connection)
          .getHandle(workflowId)
          .describe()
          .then(
            () => false,
            (error: unknown) => error instanceof WorkflowNotFoundError,
          ),
      { what: 'Temporal has forgotten the workflow' },
    );
    const { archivedAt } = known.archive;
    const byReceipt = { ...known, steps: [], endedAt: archivedAt };
    assert.deepEqual(await ended('forgotten'), byReceipt);
    assert.deepEqual(await client.getJob('forgotten'), {
      ...byReceipt,
      status: 'ENDED',
      state: 'CANCELLED',
    });
    assert.ok(known.startedAt < archivedAt && archivedAt <= known.endedAt);
    for (const moment of [known.startedAt, archivedAt, known.endedAt]) {
      assert.equal(moment, new Date(moment).toISOString());
    }
  });

  it('is EXPIRED after its deadline', async () => {
    await started('expired', [1, 2]);
    await stack.admin.advanceClock(MONTH_SECONDS);
    const { outcome, signers } = await ended('expired');
    assert.equal(outcome, 'EXPIRED');
    assert.deepEqual(
      signers.map(({ status }) => status),
      ['EXPIRED', 'NOT_APPLICABLE'],
    );
  });
});
