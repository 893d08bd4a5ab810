import assert from 'node:assert/strict';
import type { Connection } from '@temporalio/client';
import type { SigningClient } from '@signering/client';
import { signingWorkflowId } from '@signering/contract';
import { costOf, type WorkflowCost } from '../../bench/billable-actions.js';
import { waitFor, type TestStack } from '../fixtures/index.js';
import { whileRunning } from '../running-job.js';
import { createdDirectJob, directJob, visit } from './direct-jobs.js';
import { portalJob } from './portal-jobs.js';
import { createdJobIdOf, useSigningStack } from './signing-stack.js';
import { workflowsOf } from './stack-workflows.js';

describe('a job without webhooks', () => {
  let stack: TestStack;
  let client: SigningClient;
  let connection: Connection;

  useSigningStack((started) => ({ stack, client, connection } = started));

  /**
   * Waits for the end of a job, and prints and returns what its workflow has cost. On a loaded machine, what arrives late needs
   * another workflow task, which is three events: those beyond the usual number of tasks are not counted.
   */
  async function costOfEnded(
    reference: string,
    usualTasks: number,
  ): Promise<WorkflowCost & { readonly text: string }> {
    const { organizationNumber } = await client.waitForResult(reference);
    const handle = workflowsOf(stack, connection).getHandle(signingWorkflowId(organizationNumber, reference));
    const cost = costOf((await handle.fetchHistory()).events ?? []);
    const list = Object.entries(cost.list).map(([kind, times]) => `${times} × ${kind}`);
    const { events, actions, workflowTasks } = cost;
    const text = `${reference}: ${events} events, ${workflowTasks} workflow tasks, ${actions} actions: ${list.join(', ')}`;
    console.log(`    ${text}`);
    return { ...cost, events: events - 3 * Math.max(0, workflowTasks - usualTasks), text };
  }

  it('in the portal with one signer has at most 11 billable actions and 50 events', async () => {
    await client.startPortalJob(await portalJob('portal-1-signer'));
    await stack.admin.act(await createdJobIdOf(client, 'portal-1-signer'), 1, 'sign');
    const { actions, events, text } = await costOfEnded('portal-1-signer', 8);
    assert.ok(actions <= 11 && events <= 50, text);
  });

  it('in the portal with three signers, one after the other, has at most 18 billable actions and 75 events', async () => {
    await client.startPortalJob(await portalJob('portal-3-signers', [1, 2, 3]));
    const id = await createdJobIdOf(client, 'portal-3-signers');
    for (const signer of [1, 2, 3]) {
      await waitFor(
        async () => whileRunning(await client.getJob('portal-3-signers')).waitingFor.includes(signer),
        {
          what: `signer ${signer} is waited for`,
        },
      );
      await stack.admin.act(id, signer, 'sign');
    }
    const { actions, events, text } = await costOfEnded('portal-3-signers', 12);
    assert.ok(actions <= 18 && events <= 75, text);
  });

  it('in the direct flow with one signer has at most 13 billable actions and 55 events', async () => {
    // A call that is repeated costs an action more: the worker's first job may take longer than a call waits.
    await createdDirectJob(client, await directJob('first-of-its-flow'));
    const { redirects } = await createdDirectJob(client, await directJob('direct-1-signer'));
    const { token } = await visit(redirects[0]?.redirectUrl ?? '', 'sign');
    await client.signerReturned('direct-1-signer', { statusQueryToken: token });
    const { actions, events, text } = await costOfEnded('direct-1-signer', 8);
    assert.ok(actions <= 13 && events <= 55, text);
  });
});
