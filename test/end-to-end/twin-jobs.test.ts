import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SigningClient } from '@signering/client';
import type { Receipt } from '@signering/storage';
import { hold, releaseHolds, waitFor, waitUntilHolding, type TestStack } from '../fixtures/index.js';
import { archiveFoldersOf } from './archive-evidence.js';
import { directJob, visit } from './direct-jobs.js';
import { portalJob } from './portal-jobs.js';
import { evidenceOf, jobIdsOf } from './sandbox-evidence.js';
import { useSigningStack } from './signing-stack.js';

/** The service made the job twice: the answer of the first create was lost. */
interface Twins {
  readonly recorded: string;
  readonly ghost: string;
}

describe('two jobs under one reference after an ambiguous create', () => {
  let stack: TestStack;
  let client: SigningClient;

  useSigningStack((started) => ({ stack, client } = started));

  async function twins(reference: string, orders: readonly number[] = [1, 1]): Promise<Twins> {
    await stack.admin.call('POST', '/faults', { fault: 'reset', operation: 'create', when: 'after' });
    await client.startPortalJob(await portalJob(reference, orders));
    const recorded = await waitFor(
      async () => {
        const { state, signatureJobId } = await client.getJob(reference);
        return state === 'WAITING_FOR_SIGNERS' ? signatureJobId : undefined;
      },
      { what: 'the job is created' },
    );
    const ids = await jobIdsOf(stack.admin, reference);
    const [ghost] = ids.filter((id) => id !== recorded);
    assert.ok(ids.length === 2 && ghost !== undefined, 'the first attempt made a job');
    return { recorded, ghost };
  }

  const outcomeOf = (reference: string) => client.waitForResult(reference);

  async function statusOf(id: string): Promise<string> {
    const { status, signers } = await evidenceOf(stack.admin, id);
    return `${status}: ${signers.map((signer) => signer.status).join(', ')}`;
  }

  async function assertConfirmed(...ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      await waitFor(
        async () => {
          const { status, confirmedVersion, latestVersion } = await evidenceOf(stack.admin, id);
          return status !== 'IN_PROGRESS' && confirmedVersion === latestVersion;
        },
        { what: `the end of job ${id} is confirmed` },
      );
    }
  }

  function duplicatesOf(reference: string): readonly string[] {
    const folder = join(archiveFoldersOf(stack, reference)[0]!, 'duplicates');
    if (!existsSync(folder)) return [];
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.includes('.'))
      .sort();
  }

  /** The duplicate was compared with the documents of the request: its receipt names their digests and the job's. */
  function assertComparedWithSent(reference: string, duplicate: string): void {
    const [folder] = archiveFoldersOf(stack, reference);
    const sentIn = (path: string) => {
      const receipt = JSON.parse(readFileSync(join(folder!, path, 'receipt.json'), 'utf8')) as Receipt;
      const { contentDigest, sent } = receipt;
      return {
        contentDigest,
        sent: sent.map(({ mediaType, sha256, size }) => ({ mediaType, sha256, size })),
      };
    };
    assert.ok(sentIn('.').sent.length > 0);
    assert.match(sentIn('.').contentDigest, /^[0-9a-f]{64}$/u);
    assert.deepEqual(sentIn(join('duplicates', duplicate)), sentIn('.'));
  }

  it('the duplicate signed by all is the outcome, and the recorded job is withdrawn', async () => {
    const { recorded, ghost } = await twins('ghost-signed');
    for (const signer of [1, 2]) await stack.admin.act(ghost, signer, 'sign');
    const result = await outcomeOf('ghost-signed');
    assert.deepEqual([result.outcome, result.signatureJobId], ['SIGNED', ghost]);
    assert.deepEqual(
      result.ambiguousCreate?.duplicates.map(({ signatureJobId, signatures }) => [
        signatureJobId,
        signatures,
      ]),
      [[ghost, 2]],
    );
    assert.equal(await statusOf(recorded), 'FAILED: CANCELLED, CANCELLED');
    await assertConfirmed(recorded, ghost);
    assert.ok(archiveFoldersOf(stack, 'ghost-signed')[0]?.includes(`/${ghost}-`));
    assert.equal(Buffer.from(await client.signedDocument('ghost-signed')).toString('latin1', 0, 5), '%PDF-');
  });

  it('the recorded job is the outcome when both are signed by all; the other is archived under duplicates', async () => {
    const { recorded, ghost } = await twins('both-signed');
    // Both are signed before the poller fetches a change.
    await hold(stack.admin, 'fetchStatusChange', 'before');
    await waitUntilHolding(stack.admin, 'fetchStatusChange');
    for (const id of [recorded, ghost]) {
      for (const signer of [1, 2]) await stack.admin.act(id, signer, 'sign');
    }
    await releaseHolds(stack.admin);
    const result = await outcomeOf('both-signed');
    assert.deepEqual([result.outcome, result.signatureJobId], ['SIGNED', recorded]);
    await assertConfirmed(recorded, ghost);
    assert.deepEqual(duplicatesOf('both-signed'), [
      `${ghost}/receipt.json`,
      `${ghost}/signed.pdf`,
      `${ghost}/xades-1.xml`,
      `${ghost}/xades-2.xml`,
    ]);
    assertComparedWithSent('both-signed', ghost);
    const archived = join(archiveFoldersOf(stack, 'both-signed')[0]!, 'duplicates', ghost);
    const { stdout, stderr } = await stack.signering('fetch', 'both-signed', '--duplicate', ghost);
    assert.match(stdout, new RegExp(`^both-signed \\(job ${ghost}\\): signed by all\n`, 'u'), stderr);
    const fetched = join(stack.folder, `${ghost}-both-signed`);
    assert.ok(readFileSync(join(fetched, 'signed.pdf')).equals(readFileSync(join(archived, 'signed.pdf'))));
    const unknown = await stack.signering('fetch', 'both-signed', '--duplicate', recorded);
    assert.equal(unknown.exitCode, 2);
    assert.match(unknown.stderr, new RegExp(`no second job ${recorded} of reference`, 'u'));
  });

  it('the job with more signatures continues, and the signatures of the other are archived', async () => {
    const { recorded, ghost } = await twins('more-signatures', [1, 1, 1]);
    await stack.admin.act(recorded, 1, 'sign');
    await waitFor(async () => (await client.getJob('more-signatures')).signers[0]?.status === 'SIGNED', {
      what: 'the first signature is in the description',
    });
    // Two sign the other one before the poller fetches a change: after the first of them it would be a tie.
    await hold(stack.admin, 'fetchStatusChange', 'before');
    await waitUntilHolding(stack.admin, 'fetchStatusChange');
    for (const signer of [2, 3]) await stack.admin.act(ghost, signer, 'sign');
    await releaseHolds(stack.admin);
    await waitFor(async () => (await statusOf(recorded)).startsWith('FAILED'), {
      what: 'the recorded job is withdrawn',
    });
    assert.equal((await client.getJob('more-signatures')).signatureJobId, ghost);
    await stack.admin.act(ghost, 1, 'sign');
    const result = await outcomeOf('more-signatures');
    assert.deepEqual([result.outcome, result.signatureJobId], ['SIGNED', ghost]);
    await assertConfirmed(recorded, ghost);
    assert.ok(duplicatesOf('more-signatures').includes(`${recorded}/xades-1.xml`));
  });

  it('a rejected duplicate does not end the recorded job', async () => {
    const { recorded, ghost } = await twins('ghost-rejected');
    await stack.admin.act(ghost, 1, 'reject');
    await waitFor(
      async () => (await client.getJob('ghost-rejected')).ambiguousCreate?.duplicates[0]?.status === 'FAILED',
      { what: 'the rejection is in the description' },
    );
    for (const signer of [1, 2]) await stack.admin.act(recorded, signer, 'sign');
    const result = await outcomeOf('ghost-rejected');
    assert.deepEqual([result.outcome, result.signatureJobId], ['SIGNED', recorded]);
    await assertConfirmed(recorded, ghost);
  });

  it('a duplicate found after the outcome is still withdrawn, archived and confirmed', async () => {
    const { recorded, ghost } = await twins('surfaces-late', [1, 1]);
    for (const signer of [1, 2]) await stack.admin.act(recorded, signer, 'sign');
    assert.equal((await outcomeOf('surfaces-late')).signatureJobId, recorded);
    await stack.admin.act(ghost, 1, 'sign');
    await assertConfirmed(recorded, ghost);
    assert.equal(await statusOf(ghost), 'FAILED: SIGNED, CANCELLED');
    assert.ok(duplicatesOf('surfaces-late').includes(`${ghost}/xades-1.xml`));
    assertComparedWithSent('surfaces-late', ghost);
  });

  it('a duplicate of a cancelled job, found when someone signs it, is withdrawn, archived and confirmed', async () => {
    const { recorded, ghost } = await twins('cancelled-twin', [1, 1]);
    await client.cancelJob('cancelled-twin', { reason: 'Withdrawn' });
    const { outcome, signatureJobId } = await outcomeOf('cancelled-twin');
    assert.deepEqual([outcome, signatureJobId], ['CANCELLED', recorded]);
    await stack.admin.act(ghost, 1, 'sign');
    await assertConfirmed(recorded, ghost);
    assert.equal(await statusOf(ghost), 'FAILED: SIGNED, CANCELLED');
    assert.ok(duplicatesOf('cancelled-twin').includes(`${ghost}/xades-1.xml`));
  });

  it('a duplicate found during archiving is still withdrawn, archived and confirmed', async () => {
    const { recorded, ghost } = await twins('surfaces-meanwhile', [1, 1]);
    await hold(stack.admin, 'pades', 'before');
    for (const signer of [1, 2]) await stack.admin.act(recorded, signer, 'sign');
    await waitUntilHolding(stack.admin, 'pades');
    await stack.admin.act(ghost, 1, 'sign');
    await waitFor(
      async () => (await client.getJob('surfaces-meanwhile')).ambiguousCreate?.duplicates.length === 1,
      { what: 'the ghost is heard of' },
    );
    await releaseHolds(stack.admin);
    assert.equal((await outcomeOf('surfaces-meanwhile')).signatureJobId, recorded);
    await assertConfirmed(recorded, ghost);
    assert.equal(await statusOf(ghost), 'FAILED: SIGNED, CANCELLED');
    assert.ok(duplicatesOf('surfaces-meanwhile').includes(`${ghost}/xades-1.xml`));
  });

  it('with one signer, the signed job is the outcome', async () => {
    const { recorded, ghost } = await twins('one-signer', [1]);
    await stack.admin.act(ghost, 1, 'sign');
    const result = await outcomeOf('one-signer');
    assert.deepEqual([result.outcome, result.signatureJobId], ['SIGNED', ghost]);
    await assertConfirmed(recorded, ghost);
  });

  it('the job signed by all is the outcome although the other was rejected first', async () => {
    const { recorded, ghost } = await twins('rejected-first', [1]);
    // The poller fetches neither before both have ended.
    await hold(stack.admin, 'fetchStatusChange', 'before');
    await waitUntilHolding(stack.admin, 'fetchStatusChange');
    await stack.admin.act(recorded, 1, 'reject');
    await stack.admin.act(ghost, 1, 'sign');
    await releaseHolds(stack.admin);
    const result = await outcomeOf('rejected-first');
    assert.deepEqual([result.outcome, result.signatureJobId], ['SIGNED', ghost]);
    await assertConfirmed(recorded, ghost);
  });

  it('a foreign job with our reference is not changed, even after an ambiguous create', async () => {
    const { recorded, ghost } = await twins('foreign', [1, 1]);
    const fault = {
      fault: 'foreignChange',
      operation: 'fetchStatusChange',
      reference: 'foreign',
      outcome: 'signed',
    };
    await stack.admin.call('POST', '/faults', fault);
    const foreign = await waitFor(
      async () => (await jobIdsOf(stack.admin, 'foreign')).find((id) => id !== recorded && id !== ghost),
      { what: 'the foreign job is there' },
    );
    for (const signer of [1, 2]) await stack.admin.act(recorded, signer, 'sign');
    const { signatureJobId, ambiguousCreate } = await outcomeOf('foreign');
    assert.deepEqual([signatureJobId, ambiguousCreate?.duplicates], [recorded, []]);
    const { ledger } = await evidenceOf(stack.admin, foreign);
    assert.ok(ledger.every(({ operation }) => operation !== 'confirm' && operation !== 'cancel'));
  });

  it('a duplicate direct job, which no signer can sign, is confirmed when it expires', async () => {
    await stack.admin.call('POST', '/faults', { fault: 'reset', operation: 'create', when: 'after' });
    const request = await directJob('direct-ghost', { statusRetrievalMethod: 'POLLING' });
    const started = await waitFor(() => client.startDirectJob(request).catch(() => undefined), {
      what: 'the job is created',
    });
    await visit(started.redirects[0]!.redirectUrl, 'sign');
    assert.equal((await outcomeOf('direct-ghost')).outcome, 'SIGNED');
    const [ghost] = (await jobIdsOf(stack.admin, 'direct-ghost')).filter(
      (id) => id !== started.signatureJobId,
    );
    await stack.admin.advanceClock(31 * 24 * 60 * 60);
    await assertConfirmed(ghost!);
  });

  it('the service’s documents of a duplicate that was signed by all are deleted', async () => {
    const { ghost } = await twins('ghost-deleted', [1]);
    await stack.admin.act(ghost, 1, 'sign');
    await outcomeOf('ghost-deleted');
    await assertConfirmed(ghost);
    await stack.admin.advanceClock(2 * 24 * 60 * 60);
    assert.equal((await client.deleteDocumentsAtService('ghost-deleted')).signatureJobId, ghost);
    const { ledger } = await evidenceOf(stack.admin, ghost);
    assert.deepEqual(
      ledger.filter(({ operation }) => operation === 'deleteDocuments').map(({ answer }) => answer?.status),
      [204],
    );
  });
});
