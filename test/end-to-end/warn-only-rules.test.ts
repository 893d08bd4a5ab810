import assert from 'node:assert/strict';
import type { SigningClient } from '@signering/client';
import type { TestStack } from '../fixtures/index.js';
import { portalJob } from './portal-jobs.js';
import { finalConfirmationOf } from './sandbox-evidence.js';
import { createdJobIdOf, useSigningStack } from './signing-stack.js';

const PAGE = '<html><body>The service is being upgraded</body></html>';

describe('a rule that SIGNERING_EVIDENCE_WARN_ONLY lists in the environment of a worker', () => {
  let stack: TestStack;
  let client: SigningClient;

  useSigningStack((started) => ({ stack, client } = started), {
    workerSettings: { SIGNERING_EVIDENCE_WARN_ONLY: 'XADES_WITHOUT_SIGNATURE' },
  });

  it('only warns: the document is archived as NOT_CHECKED and the job is confirmed', async () => {
    const reference = 'warn-only';
    await client.startPortalJob(await portalJob(reference));
    const id = await createdJobIdOf(client, reference);
    const fault = { fault: 'status', operation: 'xades', status: 200, body: PAGE, times: 1 };
    await stack.admin.call('POST', '/faults', fault);
    await stack.admin.act(id, 1, 'sign');
    const result = await client.waitForResult(reference);
    assert.equal(result.outcome, 'SIGNED');
    const xades = result.archive.documents.find(({ name }) => name === 'xades-1.xml');
    assert.equal(xades?.check.result, 'NOT_CHECKED');
    assert.deepEqual(
      xades.check.findings.map(({ rule, severity }) => `${severity} ${rule}`),
      ['WARNING XADES_WITHOUT_SIGNATURE'],
    );
    await finalConfirmationOf(stack.admin, id);
  });
});
