import assert from 'node:assert/strict';
import { createFetchDirectStatusActivity } from '@signering/activities/internal/fetch-direct-status.js';
import { createRequestRedirectUrlActivity } from '@signering/activities/internal/request-redirect-url.js';
import { directManifestOf, sendDirectJob } from '@signering/activities/internal/send-direct-job.js';
import type { SignerUrl, StatusUrl } from '@signering/schema';
import { visit } from '../end-to-end/direct-jobs.js';
import { runActivity, startActivityStage, type ActivityStage } from './activity-stage.js';

describe('the activities of a direct job', () => {
  let stage: ActivityStage;
  before(async () => {
    stage = await startActivityStage();
  });
  after(() => stage.stop());

  const send = (reference: string) =>
    sendDirectJob(
      stage.directJob(reference),
      { direct: stage.api.direct, documents: stage.storage.documents },
      {},
    );
  const status = (statusUrl: string, statusQueryToken: string) =>
    runActivity(createFetchDirectStatusActivity(stage.api).fetchDirectStatus, {
      statusUrl: statusUrl as StatusUrl,
      statusQueryToken,
      priority: 'NORMAL' as const,
    });

  it('sendDirectJob numbers the signers as the request does', async () => {
    const { maskedSigners, signers, statusUrl, cancellationUrl } = await send('numbered');
    assert.deepEqual(maskedSigners, ['CUSTOMER-2', 'CUSTOMER-1']);
    assert.deepEqual(
      signers?.map(({ signer }) => signer),
      [1, 2],
    );
    assert.ok(statusUrl !== undefined);
    assert.equal(cancellationUrl, undefined);
  });

  it('directManifestOf leaves out what belongs to the request, and gives documents unique names', () => {
    const manifest = directManifestOf(stage.organizationNumber, stage.directJob('manifest').job);
    assert.ok(!('exitUrls' in manifest) && !('pollingQueue' in manifest));
    assert.deepEqual(manifest.sender, { organizationNumber: stage.organizationNumber });
    assert.equal(new Set(manifest.documents.map(({ href }) => href)).size, 2);
  });

  it('requestRedirectUrl invalidates the URL before it, and fetchDirectStatus answers the token', async () => {
    const { signers, statusUrl } = await send('redirected');
    const [first] = signers!;
    const fresh = await runActivity(createRequestRedirectUrlActivity(stage.api).requestRedirectUrl, {
      signerUrl: first!.signerUrl as SignerUrl,
    });
    assert.notEqual(fresh, first!.redirectUrl);
    await assert.rejects(visit(first!.redirectUrl, 'sign'), /the ceremony answers 4/u);
    const { token } = await visit(fresh, 'sign');
    const { status: jobStatus, signatures } = await status(statusUrl!, token);
    assert.equal(jobStatus, 'IN_PROGRESS');
    assert.deepEqual(signatures.map(({ status: { kind } }) => kind).sort(), ['SIGNED', 'WAITING']);
    await assert.rejects(status(statusUrl!, 'made-up'), { code: 'STATUS_QUERY_TOKEN_INVALID' });
    await assert.rejects(
      runActivity(createRequestRedirectUrlActivity(stage.api).requestRedirectUrl, {
        signerUrl: first!.signerUrl as SignerUrl,
      }),
      { code: 'SIGNER_NOT_WAITING' },
    );
  });
});
