import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SigningClient, JobResult } from '@signering/client';
import type { TestStack } from '../fixtures/index.js';
import { archiveFoldersOf, assertArchivedBeforeConfirmed } from './archive-evidence.js';
import { portalJob, SYNTHETIC_SIGNERS } from './portal-jobs.js';
import { createdJobIdOf, useSigningStack } from './signing-stack.js';

const MONTH_SECONDS = 31 * 24 * 60 * 60;

describe('a job that ends without all signatures', () => {
  let stack: TestStack;
  let client: SigningClient;

  useSigningStack((started) => ({ stack, client } = started));

  async function started(reference: string, orders: readonly number[]): Promise<string> {
    await client.startPortalJob(await portalJob(reference, orders));
    return createdJobIdOf(client, reference);
  }

  async function ended(reference: string): Promise<JobResult> {
    return client.waitForResult(reference, { signal: AbortSignal.timeout(60_000) });
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
