import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection } from '@temporalio/client';
import type { SigningClient } from '@signering/client';
import { signingWorkflowId } from '@signering/contract';
import { loadWorkerSettings } from '@signering/settings';
import { waitFor, type TestStack } from '../fixtures/index.js';
import { directJob, visit } from './direct-jobs.js';
import { SYNTHETIC_SIGNERS } from './portal-jobs.js';
import { workflowsOf } from './stack-workflows.js';
import { useSigningStack } from './signing-stack.js';

describe("a direct job's redirect URLs", () => {
  let stack: TestStack;
  let client: SigningClient;
  let connection: Connection;

  useSigningStack((started) => ({ stack, client, connection } = started));
  const ledgerFiles = (): readonly string[] => {
    const folder = join(stack.storageFolder, 'ledger');
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((path) => join(folder, path))
      .filter((path) => statSync(path).isFile())
      .map((path) => readFileSync(path, 'utf8'));
  };

  it('are encrypted in the ledger, and available to a restarted workflow', async () => {
    const request = await directJob('kept', {
      signers: [{ personalIdentificationNumber: SYNTHETIC_SIGNERS[0]! }],
    });
    const start = () => waitFor(() => client.startDirectJob(request), { what: 'the job is there' });
    const started = await start();
    const redirectUrl = started.redirects[0]!.redirectUrl;
    const files = ledgerFiles();
    assert.ok(files.some((text) => text.includes(started.signatureJobId)));
    for (const text of [redirectUrl, SYNTHETIC_SIGNERS[0]!, 'agreement.pdf']) {
      assert.ok(!files.some((file) => file.includes(text)), text);
    }
    const { organizationNumber } = loadWorkerSettings(stack.env);
    await workflowsOf(stack, connection)
      .getHandle(signingWorkflowId(organizationNumber, 'kept'))
      .terminate('by mistake');
    const again = await start();
    assert.deepEqual(again.redirects, started.redirects);
    const { token } = await visit(redirectUrl, 'sign');
    assert.equal((await client.signerReturned('kept', { statusQueryToken: token })).outcome, 'SIGNED');
  });
});
