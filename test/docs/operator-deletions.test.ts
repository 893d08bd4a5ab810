import assert from 'node:assert/strict';
import { existsSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import type { SigningClient } from '@signering/client';
import { loadClientSettings } from '@signering/settings';
import { openFileStorage, type LedgerEntry } from '@signering/storage';
import { portalJob } from '../end-to-end/portal-jobs.js';
import { createdJobIdOf, useSigningStack } from '../end-to-end/signing-stack.js';
import { waitFor, type TestStack } from '../fixtures/index.js';
import { COMMANDS } from './operator-page.js';
import { operatorShell, type OperatorShell } from './operator-shell.js';

describe('the commands of docs/operating.md about holds and deletions', () => {
  let stack: TestStack;
  let client: SigningClient;
  let operator: OperatorShell;
  let worker: Awaited<ReturnType<TestStack['startWorker']>>;
  const reference = 'held-and-erased';

  useSigningStack((started) => ({ stack, client, worker } = started), {
    settings: { SIGNERING_CLIENT_TIMEOUT: '60', SIGNERING_RETENTION_DOCUMENTS_DAYS: '30' },
  });
  before(async () => {
    operator = await operatorShell(stack);
    await client.startPortalJob(await portalJob(reference));
    await stack.admin.act(await createdJobIdOf(client, reference), 1, 'sign');
    await waitFor(async () => (await entry())?.confirmedAt !== undefined, {
      what: 'the job is confirmed',
      explain: () => worker.logged().slice(-4000),
    });
  });

  async function entry(): Promise<LedgerEntry | undefined> {
    const { organizationNumber } = loadClientSettings(stack.env);
    const { ledger } = await openFileStorage({ root: stack.storageFolder });
    return ledger.find({ organizationNumber, reference });
  }

  it('a hold is placed, listed and released', async () => {
    const output = await operator.run(COMMANDS.hold, { reference });
    assert.match(output, /^held-and-erased: legal hold since .*Case 26-0042/mu);
    assert.match(output, /released/u);
    assert.equal((await client.getJob(reference)).hold, undefined);
  });

  it('retention lists the document that no open job needs, and removes it', async () => {
    const sha256 = (await entry())?.documents[0]?.sha256 ?? '';
    const file = join(stack.storageFolder, 'documents', sha256.slice(0, 2), sha256);
    const longAgo = Date.now() / 1000 - 40 * 86_400;
    utimesSync(file, longAgo, longAgo);
    const output = await operator.run(COMMANDS.retention);
    assert.match(output, /after 30 days: 1 would be removed\b[^]*after 30 days: 1 removed\b/u);
    assert.ok(!existsSync(file));
  });

  it('a job is erased when the operator types its reference', async () => {
    const output = await operator.run(COMMANDS.erase, { reference, answer: reference });
    assert.match(output, /^held-and-erased was erased at /mu);
    assert.equal((await entry())?.erased?.reason, 'Request 26-0042');
    await assert.rejects(client.getJob(reference), { code: 'JOB_ERASED' });
  });
});
