import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Client, type Connection, type WorkflowHandle } from '@temporalio/client';
import type { Payload } from '@temporalio/common';
import type { SigningClient } from '@signering/client';
import {
  acceptSignedDocumentsUpdate,
  duplicateSigningWorkflowId,
  fetchAgainUpdate,
  signingWorkflowId,
} from '@signering/contract';
import { createPayloadCodec } from '@signering/encryption';
import { loadClientSettings } from '@signering/settings';
import type { Receipt } from '@signering/storage';
import { readProjectFile } from '../docs/project-files.js';
import { hold, releaseHolds, waitFor, waitUntilHolding, type TestStack } from '../fixtures/index.js';
import { archiveFoldersOf, assertSettledOnce } from './archive-evidence.js';
import { directJob, visit } from './direct-jobs.js';
import { portalJob, SYNTHETIC_SIGNERS } from './portal-jobs.js';
import { evidenceOf, finalConfirmationOf, jobIdsOf } from './sandbox-evidence.js';
import { createdJobIdOf, useSigningStack } from './signing-stack.js';
import { whileRunning } from '../running-job.js';

const PAGE = '<!DOCTYPE html><html><body>The service is being upgraded</body></html>';
const TEXT = '%PDF-1.7 junk\n%%EOF\n';

describe('junk with status 200 in place of signed documents', () => {
  let stack: TestStack;
  let connection: Connection;
  let client: SigningClient;
  let worker: Awaited<ReturnType<TestStack['startWorker']>>;
  /** Sends updates as the `temporal` command does: unencrypted. */
  let plain: Client['workflow'];

  useSigningStack((started) => ({ stack, client, connection, worker } = started));
  before(() => {
    const codec = createPayloadCodec(loadClientSettings(stack.env).keys);
    plain = new Client({
      connection,
      namespace: stack.temporal.namespace,
      dataConverter: {
        payloadCodecs: [
          {
            encode: (given: Payload[]) => Promise.resolve(given),
            decode: (given: Payload[]) => codec.decode(given),
          },
        ],
      },
    }).workflow;
  });

  afterEach(async () => {
    await stack.admin.call('DELETE', '/faults');
    await releaseHolds(stack.admin);
  });

  const handleOf = (reference: string): WorkflowHandle =>
    plain.getHandle(signingWorkflowId(loadClientSettings(stack.env).organizationNumber, reference));

  async function answerJunk(): Promise<void> {
    for (const [operation, body] of [
      ['xades', PAGE],
      ['pades', TEXT],
    ] as const) {
      await stack.admin.call('POST', '/faults', {
        fault: 'status',
        operation,
        status: 200,
        body,
        times: 1000,
      });
    }
  }

  /** Signs a job whose documents come as junk, and waits until the job waits for an operator. */
  async function brokenJob(reference: string): Promise<{ readonly id: string; readonly asked: string }> {
    const agreement = { content: Buffer.from('Agreement'), name: 'agreement.txt', title: 'Agreement' };
    await client.startPortalJob({ ...(await portalJob(reference)), documents: [agreement] });
    const id = await createdJobIdOf(client, reference);
    await answerJunk();
    await assert.rejects(
      handleOf(reference).executeUpdate(acceptSignedDocumentsUpdate, {
        args: [{ by: 'kari', reason: 'too early' }],
      }),
    );
    await stack.admin.act(id, 1, 'sign');
    const asked = await waitFor(
      async () => {
        const job = await client.getJob(reference);
        assert.notEqual(job.state, 'SIGNED', 'junk was archived and confirmed');
        return job.state === 'ARCHIVE_BROKEN' ? whileRunning(job).needsOperator : undefined;
      },
      { what: 'the job waits for an operator', explain: () => worker.logged() },
    );
    return { id, asked };
  }

  function suspectFilesOf(reference: string): readonly string[] {
    const root = join(stack.storageFolder, 'suspect');
    return readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.parentPath.endsWith(`-${reference}`))
      .map((entry) => join(entry.parentPath, entry.name));
  }

  async function assertNotConfirmed(id: string): Promise<void> {
    const { confirmedVersion, latestVersion } = await evidenceOf(stack.admin, id);
    assert.ok(confirmedVersion < latestVersion, 'the final change is not confirmed');
  }

  it('is quarantined, never archived and never confirmed, until genuine documents are fetched again', async () => {
    const { id, asked } = await brokenJob('junk-then-genuine');
    for (const junk of [PAGE, TEXT]) assert.ok(asked.includes(sha256Of(junk)), asked);
    assert.match(asked, /fetchAgain.*acceptSignedDocuments/u);
    await assertNotConfirmed(id);
    assert.deepEqual(
      archiveFoldersOf(stack, 'junk-then-genuine').flatMap((folder) => readdirSync(folder)),
      [],
    );
    const kept = suspectFilesOf('junk-then-genuine');
    assert.deepEqual(kept.map((path) => readFileSync(path, 'utf8')).sort(), [PAGE, TEXT].sort());
    for (const path of kept) {
      assert.equal(statSync(path).mode & 0o077, 0, 'for the owner only');
      assert.equal(statSync(join(path, '..')).mode & 0o077, 0, 'for the owner only');
      assert.ok(asked.includes(path.slice(stack.storageFolder.length + 1)), 'an operator finds the file');
    }
    await stack.admin.call('DELETE', '/faults');
    await handleOf('junk-then-genuine').executeUpdate(fetchAgainUpdate, { args: [{}] });
    assert.equal((await client.waitForResult('junk-then-genuine')).outcome, 'SIGNED');
    await assertSettledOnce(stack, 'junk-then-genuine');
  });

  it('is archived and confirmed once an operator accepts these bytes, even if the worker is killed in between', async () => {
    // The job waits for an operator twice, each time after 40 seconds of fetching again.
    const reference = 'junk-accepted';
    const { id } = await brokenJob(reference);
    const accept = (argument: object) =>
      handleOf(reference).executeUpdate(acceptSignedDocumentsUpdate.name, { args: [argument] });
    const by = `Kari ${SYNTHETIC_SIGNERS[0]}`;
    const reason = 'The sender has the agreement on paper.';
    for (const refused of [
      { by },
      { by: ' ', reason },
      { by, reason: 'x'.repeat(501) },
      { by, reason, sha256: sha256Of('other bytes') },
      { by, reason, sha265: sha256Of(PAGE) },
    ]) {
      await assert.rejects(accept(refused), JSON.stringify(refused));
    }
    await assertNotConfirmed(id);

    // The example of docs/operating.md, about one of the two documents.
    await accept({ ...exampleOfAccepting(), sha256: sha256Of(PAGE) });
    await waitFor(
      async () => {
        const { needsOperator } = whileRunning(await client.getJob(reference));
        return needsOperator?.includes(sha256Of(TEXT)) === true && !needsOperator.includes(sha256Of(PAGE));
      },
      { what: 'the job waits for an operator because of the other document' },
    );
    await assertNotConfirmed(id);

    // Without the copies, the worker has to fetch the accepted bytes once more: it is killed while it does.
    for (const path of suspectFilesOf(reference)) rmSync(path);
    await hold(stack.admin, 'pades', 'before');
    await accept({ by, reason });
    await waitUntilHolding(stack.admin, 'pades', () => worker.logged());
    await worker.kill9();
    await releaseHolds(stack.admin);
    await assertNotConfirmed(id);
    worker = await stack.startWorker();

    const result = await client.waitForResult(reference);
    assert.equal(result.outcome, 'SIGNED');
    await finalConfirmationOf(stack.admin, id);
    const [folder] = archiveFoldersOf(stack, reference);
    assert.equal(readFileSync(join(folder!, 'signed.pdf'), 'utf8'), TEXT);
    assert.equal(readFileSync(join(folder!, 'xades-1.xml'), 'utf8'), PAGE);
    const text = readFileSync(join(folder!, 'receipt.json'), 'utf8');
    assert.ok(!text.includes(SYNTHETIC_SIGNERS[0]!), 'identity numbers in an operator’s words are masked');
    const [pades, xades] = result.archive.documents;
    for (const document of [pades, xades]) assert.equal(document?.check.result, 'BROKEN', document?.name);
    assert.match(pades?.accepted?.by ?? '', /^Kari \d\d\*{9}$/u);
    assert.equal(pades?.accepted?.reason, reason);
    assert.ok(Date.parse(pades.accepted.at) > 0);
    const { at: _, ...words } = xades?.accepted ?? { at: '' };
    assert.deepEqual(words, exampleOfAccepting());
    const receipt = JSON.parse(text) as { readonly received: unknown };
    assert.deepEqual(receipt.received, result.archive.documents);
    assert.match(worker.logged(), /The sender has the agreement on paper.*an operator accepted it/u);
    assert.ok(!worker.logged().includes(SYNTHETIC_SIGNERS[0]!));
  });

  it('is archived and confirmed once an operator accepts it for a direct job and for a duplicate', async () => {
    // The service makes the portal job twice; one is signed, and settles the reference.
    await stack.admin.call('POST', '/faults', { fault: 'reset', operation: 'create', when: 'after' });
    await client.startPortalJob(await portalJob('twice'));
    const settled = await waitFor(
      async () => {
        const { state, signatureJobId: id } = await client.getJob('twice');
        return state === 'WAITING_FOR_SIGNERS' ? id : undefined;
      },
      { what: 'the job is created' },
    );
    const duplicate = (await jobIdsOf(stack.admin, 'twice')).find((id) => id !== settled)!;
    await stack.admin.act(settled, 1, 'sign');
    await client.waitForResult('twice');
    const direct = await waitFor(
      async () =>
        client
          .startDirectJob(await directJob('junk-direct', { statusRetrievalMethod: 'POLLING' }))
          .catch(() => undefined),
      { what: 'the direct job is created' },
    );

    await answerJunk();
    await stack.admin.act(duplicate, 1, 'sign');
    await visit(direct.redirects[0]!.redirectUrl, 'sign');
    const { organizationNumber } = loadClientSettings(stack.env);
    for (const [id, workflowId] of [
      [direct.signatureJobId, signingWorkflowId(organizationNumber, 'junk-direct')],
      [duplicate, duplicateSigningWorkflowId(organizationNumber, duplicate)],
    ] as const) {
      // The validator refuses the update until the job waits for an operator.
      await waitFor(
        () =>
          plain
            .getHandle(workflowId)
            .executeUpdate(acceptSignedDocumentsUpdate, { args: [{ by: 'Kari', reason: 'signed on paper' }] })
            .then(() => true)
            .catch(() => undefined),
        { what: 'the job waits for an operator', explain: () => worker.logged() },
      );
      await finalConfirmationOf(stack.admin, id);
    }
    for (const folder of [
      join(archiveFoldersOf(stack, 'twice')[0]!, 'duplicates', duplicate),
      archiveFoldersOf(stack, 'junk-direct')[0]!,
    ]) {
      assert.equal(readFileSync(join(folder, 'signed.pdf'), 'utf8'), TEXT);
      const receipt = JSON.parse(readFileSync(join(folder, 'receipt.json'), 'utf8')) as Receipt;
      for (const { name, accepted } of receipt.received) assert.equal(accepted?.by, 'Kari', name);
    }
  });
});

/** What the operator's command in docs/operating.md hands in. */
function exampleOfAccepting(): { readonly by: string; readonly reason: string } {
  const [, by, reason] =
    /accept --by (\S+) --reason '([^']+)'/u.exec(readProjectFile('docs/operating.md')) ?? [];
  assert.ok(by !== undefined && reason !== undefined, 'docs/operating.md has an example');
  return { by, reason };
}

function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
