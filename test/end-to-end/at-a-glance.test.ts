import assert from 'node:assert/strict';
import { Client, Connection } from '@temporalio/client';
import { SigningClient } from '@signering/client';
import {
  portalStatusChangeSignal,
  SIGNING_NEEDS_OPERATOR,
  SIGNING_REFERENCE,
  SIGNING_SERVICE_KEEPS_UNTIL,
  SIGNING_SIGNERS_WAITING,
} from '@signering/contract';
import { createDataConverter, parseKeys } from '@signering/encryption';
import type { PortalStatusChange } from '@signering/schema';
import { startTestStack, waitFor, type TestStack } from '../fixtures/index.js';
import { portalJob, SYNTHETIC_SIGNERS } from './portal-jobs.js';
import { createdJobIdOf } from './signing-stack.js';

/** The answer of the SDK's query `__temporal_workflow_metadata`, as far as Temporal Web shows it. */
interface WorkflowMetadata {
  readonly currentDetails?: string;
}

describe('a job in Temporal Web', () => {
  let stack: TestStack;
  let client: SigningClient;
  let connection: Connection;
  let temporal: Client;
  before(async () => {
    stack = await startTestStack();
    await stack.startWorker();
    client = await SigningClient.connect({ env: stack.env });
    connection = await Connection.connect({ address: stack.temporal.address });
    temporal = new Client({
      connection,
      namespace: stack.temporal.namespace,
      dataConverter: createDataConverter(parseKeys(stack.env['SIGNERING_KEYS'] ?? '')),
    });
  });
  after(async () => {
    await connection.close();
    await client.close();
    await stack.stop();
  });

  it('has a summary, and says as the client does which signer it waits for', async () => {
    const { workflowId } = await client.startPortalJob(await portalJob('glance', [1, 2]));
    const jobId = await createdJobIdOf(client, 'glance');
    const handle = temporal.workflow.getHandle(workflowId);
    const shown = async (): Promise<string> =>
      (await handle.query<WorkflowMetadata>('__temporal_workflow_metadata')).currentDetails ?? '';
    await waitFor(async () => (await shown()).startsWith('Waits for signer 1 of 2 until '), {
      what: 'the details name the first signer',
    });
    await stack.admin.act(jobId, 1, 'sign');
    const details = await waitFor(
      async () => {
        const text = await shown();
        return text.startsWith('Waits for signer 2 of 2 until ') && text;
      },
      { what: 'the details name the second signer' },
    );
    assert.match(details, /UTC; signer 1 signed [\d-]{10} [\d:]{5} UTC\.$/u);
    assert.equal(await client.why('glance'), details);

    const described = await handle.describe();
    assert.equal(await described.staticSummary(), 'Signature job glance, portal flow: 2 signers, 1 document');
    const { typedSearchAttributes: found } = described;
    assert.deepEqual(
      [found.get(SIGNING_REFERENCE), found.get(SIGNING_SIGNERS_WAITING), found.get(SIGNING_NEEDS_OPERATOR)],
      ['glance', 1, undefined],
    );
    const [first] = (await client.getJob('glance')).signers;
    assert.equal(
      found.get(SIGNING_SERVICE_KEEPS_UNTIL)?.toISOString(),
      new Date(Date.parse(first?.since ?? '') + 40 * 86_400_000).toISOString(),
    );

    await stack.admin.act(jobId, 2, 'sign');
    await client.waitForResult('glance');
    assert.match(
      await client.why('glance'),
      /^Signed by all; signer 1 signed .* UTC, signer 2 signed .* UTC\.$/u,
    );
    const { typedSearchAttributes: atEnd } = await handle.describe();
    assert.equal(atEnd.get(SIGNING_SERVICE_KEEPS_UNTIL), undefined, 'everything is archived');
    const { events } = await handle.fetchHistory();
    const upserts = (events ?? []).filter(
      ({ upsertWorkflowSearchAttributesEventAttributes: upsert }) => upsert != null,
    );
    // Created, signed by the first, signed by all.
    assert.equal(upserts.length, 3);
  });

  it('counts the 40 days from the report of a signature whose time the service does not give', async () => {
    const { workflowId } = await client.startPortalJob(await portalJob('without-time', [1, 2]));
    const signatureJobId = await createdJobIdOf(client, 'without-time');
    const handle = temporal.workflow.getHandle(workflowId);
    const before = Date.now();
    const [personalIdentificationNumber = ''] = SYNTHETIC_SIGNERS;
    const signatures = [{ identifier: { personalIdentificationNumber }, status: { kind: 'SIGNED' } }];
    const change = {
      signatureJobId,
      status: 'IN_PROGRESS',
      confirmationUrl: 'https://localhost/confirm',
      signatures,
    };
    await handle.signal(portalStatusChangeSignal, { change: change as unknown as PortalStatusChange });
    const keepsUntil = await waitFor(
      async () => (await handle.describe()).typedSearchAttributes.get(SIGNING_SERVICE_KEEPS_UNTIL),
      { what: 'it is known until when the service keeps the signature' },
    );
    const fortyDays = 40 * 86_400_000;
    assert.ok(
      Number(keepsUntil) >= before + fortyDays - 1000 && Number(keepsUntil) <= Date.now() + fortyDays,
    );
  });
});
