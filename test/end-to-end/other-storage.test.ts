import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Client, type Connection } from '@temporalio/client';
import { SigningClient, type PortalJobRequest } from '@signering/client';
import { loadClientSettings } from '@signering/settings';
import type { SigneringProcess } from '@signering/dev-stack/internal/processes/index.js';
import { demandStorageId, openFileStorage } from '@signering/storage';
import { freshStorage, startTestStack, waitFor, type TestStack } from '../fixtures/index.js';
import { archiveFoldersOf } from './archive-evidence.js';
import { directJob } from './direct-jobs.js';
import { SYNTHETIC_SIGNERS } from './portal-jobs.js';
import { createdJobIdOf, useSigningStack } from './signing-stack.js';

/** A job with a text for one signer or more. */
function textJob(reference: string, orders: readonly number[] = [1]): PortalJobRequest {
  return {
    reference,
    title: 'Agreement',
    documents: [
      { content: Buffer.from(`Agreement ${reference}`), name: 'agreement.txt', title: 'Agreement' },
    ],
    signers: orders.map((order, index) => ({
      personalIdentificationNumber: SYNTHETIC_SIGNERS[index]!,
      emailAddress: `signer-${index + 1}@example.com`,
      order,
    })),
  };
}

const GRACE_MS = 20_000;

describe('client and worker on different storage', () => {
  let stack: TestStack;
  let client: SigningClient;
  let connection: Connection;
  let namespace: string;
  let lease: PortalJobRequest;
  let storageId: string;
  let elsewhere: string;
  let elsewhereId: string;

  const idOf = async (root: string) => demandStorageId((await openFileStorage({ root })).storageIdentity);

  useSigningStack((started) => ({ stack, client, connection } = started), { withoutWorker: true });
  before(async () => {
    ({ namespace } = stack.temporal);
    lease = textJob('lease-1');
    storageId = await idOf(stack.storageFolder);
    elsewhere = await freshStorage();
    elsewhereId = await idOf(elsewhere);
  });

  const clientOn = (storage: string) =>
    SigningClient.connect({ settings: { ...loadClientSettings(stack.env), storage } });

  it('connect creates no folder, and rejects one that no worker has used', async () => {
    const mistyped = join(stack.folder, 'sotrage');
    await assert.rejects(clientOn(mistyped), { code: 'STORAGE_UNAVAILABLE', message: /no such folder/u });
    assert.ok(!existsSync(mistyped));
    mkdirSync(mistyped);
    await assert.rejects(clientOn(mistyped), { code: 'STORAGE_UNAVAILABLE', message: /no worker has used/u });
  });

  it('a reference in use on one storage is rejected on another one without workers', async () => {
    await client.startPortalJob(lease);
    const stranger = await clientOn(elsewhere);
    try {
      for (const request of [lease, textJob('lease-1', [1, 2])]) {
        await assert.rejects(stranger.startPortalJob(request), {
          code: 'STORAGE_MISMATCH',
          message: new RegExp(`${elsewhereId}.*${storageId}.*lease-1`, 'u'),
        });
      }
      assert.deepEqual(readdirSync(elsewhere), ['storage-identity.json'], 'nothing was stored there');
    } finally {
      await stranger.close();
    }
  });

  describe('with a worker on another storage', () => {
    let misled: SigneringProcess;
    before(async () => {
      misled = await stack.startWorker({ SIGNERING_STORAGE: elsewhere });
    });

    it('the client does not connect', async () => {
      await assert.rejects(clientOn(stack.storageFolder), {
        code: 'STORAGE_MISMATCH',
        message: new RegExp(`${storageId}.*${elsewhereId}.*the workers use`, 'u'),
      });
    });

    it('the doctor prints both identities', async () => {
      for (const arguments_ of [
        ['doctor', '--json'],
        ['doctor', '--client', '--json'],
      ]) {
        const { stdout, exitCode } = await stack.signering(...arguments_);
        assert.equal(exitCode, 2, stdout);
        assert.match(stdout, new RegExp(`${storageId} here, but workers use storage ${elsewhereId}`, 'u'));
      }
    });

    it('jobs wait, and continue when the worker is corrected', async () => {
      await waitFor(() => new RegExp(`${elsewhereId}.*${storageId}`, 'u').test(misled.logged()), {
        what: 'the worker logs the mismatch',
        explain: () => misled.logged(),
      });
      const { workflowId } = await client.startPortalJob(lease);
      const temporal = new Client({ connection, namespace });
      await waitFor(
        async () => {
          const { raw } = await temporal.workflow.getHandle(workflowId).describe();
          const types = raw.pendingActivities?.map(
            ({ lastFailure }) => lastFailure?.applicationFailureInfo?.type,
          );
          return types?.includes('STORAGE_MISMATCH');
        },
        { what: 'Temporal Web shows the code, which is readable without a key' },
      );
      assert.equal((await client.getJob('lease-1')).state, 'CREATING');
      await misled.stop(GRACE_MS);
      await stack.startWorker();
      const id = await createdJobIdOf(client, 'lease-1');
      await stack.admin.act(id, 1, 'sign');
      const { outcome } = await client.waitForResult('lease-1');
      assert.equal(outcome, 'SIGNED');
      assert.equal(archiveFoldersOf(stack, 'lease-1').length, 1);
    });
  });

  it('a client on a copy of the storage continues with the same jobs', async () => {
    const moved = join(stack.folder, 'moved');
    cpSync(stack.storageFolder, moved, { recursive: true });
    const follower = await clientOn(moved);
    try {
      assert.equal((await follower.startPortalJob(lease)).existing, true);
      await assert.rejects(follower.startPortalJob(textJob('lease-1', [1, 2])), {
        code: 'REFERENCE_IN_USE',
      });
    } finally {
      await follower.close();
    }
  });
});

describe('a reference whose workflow runs with different content', () => {
  let stack: TestStack;
  let one: SigningClient;
  let other: SigningClient;

  before(async () => {
    stack = await startTestStack();
    one = await SigningClient.connect({ env: stack.env });
    // A copy has the same identity and knows nothing of what happens in the other folder.
    const copy = join(stack.folder, 'copy');
    cpSync(stack.storageFolder, copy, { recursive: true });
    other = await SigningClient.connect({
      settings: { ...loadClientSettings(stack.env), storage: copy },
    });
  });
  after(async () => {
    await one.close();
    await other.close();
    await stack.stop();
  });

  it('is REFERENCE_IN_USE in both flows, and the same content is the same job', async () => {
    const twice = textJob('twice');
    await one.startPortalJob(twice);
    await other.startPortalJob(twice);
    await one.startPortalJob(textJob('taken'));
    await assert.rejects(other.startPortalJob(textJob('taken', [1, 2])), {
      code: 'REFERENCE_IN_USE',
      message: /"taken".*differ: signers\[1\]/u,
    });
    const direct = { ...(await directJob('direct')), documents: textJob('direct').documents };
    await assert.rejects(one.startDirectJob(direct), { code: 'JOB_NOT_CREATED_YET' });
    const changed = { ...direct, title: 'Another title' };
    await assert.rejects(other.startDirectJob(changed), { code: 'REFERENCE_IN_USE' });
  });
});
