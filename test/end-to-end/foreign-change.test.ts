import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Connection } from '@temporalio/client';
import type { SigningClient } from '@signering/client';
import {
  confirmForeignChangeUpdate,
  DEFAULT_POLLING_QUEUE,
  describeQueueQuery,
  statusQueueWorkflowId,
} from '@signering/contract';
import { loadWorkerSettings } from '@signering/settings';
import { loadEnterpriseCertificate } from '@signering/signatures';
import { createSigningApi } from '@signering/signing-api';
import { waitFor, type TestStack } from '../fixtures/index.js';
import { onePagePdf, portalJob, SYNTHETIC_SIGNERS } from './portal-jobs.js';
import { evidenceOf, finalConfirmationOf, RE_DELIVERY_SECONDS } from './sandbox-evidence.js';
import { workflowsOf } from './stack-workflows.js';
import { useSigningStack } from './signing-stack.js';

/** Another application of the same organisation creates a job in our queue. */
async function createForeignJob(stack: TestStack): Promise<string> {
  const { apiUrl, certificate, trustedCertificates, organizationNumber } = loadWorkerSettings(stack.env);
  const api = createSigningApi({
    apiUrl,
    certificate: await loadEnterpriseCertificate(certificate),
    trustedCertificates: [readFileSync(trustedCertificates!, 'utf8')],
  });
  try {
    const name = 'agreement.pdf';
    const { signatureJobId } = await api.portal.createSignatureJob({
      request: { reference: 'somebody-elses', pollingQueue: DEFAULT_POLLING_QUEUE },
      manifest: {
        sender: { organizationNumber },
        title: 'Agreement',
        signers: [
          {
            personalIdentificationNumber: SYNTHETIC_SIGNERS[0]!,
            notifications: { emailAddress: 'signer@example.com' },
          },
        ],
        documents: [{ href: name, mime: 'application/pdf', title: 'Agreement' }],
      },
      documents: [{ name, mediaType: 'application/pdf', content: await onePagePdf('Foreign') }],
    });
    return signatureJobId;
  } finally {
    await api.close();
  }
}

describe('a status change of a foreign job in our queue', () => {
  let stack: TestStack;
  let client: SigningClient;
  let connection: Connection;

  useSigningStack((started) => ({ stack, client, connection } = started));
  it('is never confirmed, but counted and shown, until an operator confirms it by name', async () => {
    const id = await createForeignJob(stack);
    await stack.admin.act(id, 1, 'sign');
    // Our own job has the queue polled.
    await client.startPortalJob(await portalJob('ours'));
    const { organizationNumber } = loadWorkerSettings(stack.env);
    const queue = workflowsOf(stack, connection).getHandle(
      statusQueueWorkflowId(organizationNumber, 'PORTAL', DEFAULT_POLLING_QUEUE),
    );
    await waitFor(
      async () => {
        const { undelivered } = await queue.query(describeQueueQuery);
        return undelivered.some(
          ({ signatureJobId, reason, count }) => signatureJobId === id && reason === 'FOREIGN' && count === 1,
        );
      },
      { what: 'the foreign change is shown' },
    );
    const before = await evidenceOf(stack.admin, id);
    assert.ok(before.confirmedVersion < before.latestVersion, 'it is left alone');

    await queue.executeUpdate(confirmForeignChangeUpdate, { args: [{ signatureJobId: id }] });
    await stack.admin.advanceClock(RE_DELIVERY_SECONDS);
    await finalConfirmationOf(stack.admin, id);
    await waitFor(async () => (await queue.query(describeQueueQuery)).undelivered.length === 0, {
      what: 'the confirmed change is no longer shown',
    });
  });
});
