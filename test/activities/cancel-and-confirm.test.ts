import assert from 'node:assert/strict';
import { createCancelSignatureJobActivity } from '@signering/activities/internal/cancel-signature-job.js';
import { createConfirmOutcomeActivity, isGone } from '@signering/activities/internal/confirm-outcome.js';
import { SigningError, type CancellationUrl, type ConfirmationUrl } from '@signering/schema';
import type { LedgerKey } from '@signering/storage';
import { runActivity, runAttempt, startActivityStage, type ActivityStage } from './activity-stage.js';

describe('the activities that end a job at the service', () => {
  let stage: ActivityStage;
  before(async () => {
    stage = await startActivityStage();
  });
  after(() => stage.stop());

  const cancel = (cancellationUrl: string) =>
    runActivity(createCancelSignatureJobActivity(stage.api).cancelSignatureJob, {
      cancellationUrl: cancellationUrl as CancellationUrl,
    });
  const confirm = async (
    confirmationUrl: string,
    attempt: number,
    { entry, passedOn = [] }: { readonly entry?: LedgerKey; readonly passedOn?: unknown[] } = {},
  ): Promise<void> => {
    const { confirmOutcome } = createConfirmOutcomeActivity({
      ...stage.storage,
      signedDocuments: stage.api.portal,
    });
    const url = confirmationUrl as ConfirmationUrl;
    const input = { confirmationUrl: url, ...(entry !== undefined && { entry }) };
    await runAttempt(confirmOutcome, input, { passedOn, attempt });
  };

  it('cancelSignatureJob answers CANCELLED, and TOO_LATE for a job that has ended', async () => {
    const { created } = await stage.created(stage.portalJob('to-cancel'));
    const { cancellationUrl = '' } = created;
    assert.deepEqual(await cancel(cancellationUrl), { result: 'CANCELLED', attempt: 1 });
    assert.deepEqual(await cancel(cancellationUrl), { result: 'TOO_LATE', attempt: 1 });
    await assert.rejects(cancel(cancellationUrl.replace(created.signatureJobId, '999')), {
      code: 'REQUEST_REFUSED',
    });
  });

  it('cancelSignatureJob of a batch goes behind people, whose own cancellations go first', async () => {
    const seen: unknown[] = [];
    const { cancelSignatureJob } = createCancelSignatureJobActivity({
      portal: {
        ...stage.api.portal,
        cancelSignatureJob: (_, options) => {
          seen.push(options?.priority);
          return Promise.resolve();
        },
      },
    });
    const cancellationUrl = 'https://example.com/cancel' as CancellationUrl;
    await runActivity(cancelSignatureJob, { cancellationUrl });
    await runActivity(cancelSignatureJob, { cancellationUrl, bulk: true });
    assert.deepEqual(seen, [undefined, 'BULK']);
  });

  it('cancelSignatureJob for which no caller waits is repeated while the service is not reached', async () => {
    const { cancelSignatureJob } = createCancelSignatureJobActivity({
      portal: {
        ...stage.api.portal,
        cancelSignatureJob: () => Promise.reject(new SigningError('PROXY_REFUSED', 'status 407')),
      },
    });
    const cancellationUrl = 'https://example.com/cancel' as CancellationUrl;
    await assert.rejects(runActivity(cancelSignatureJob, { cancellationUrl }), SigningError);
    await assert.rejects(runActivity(cancelSignatureJob, { cancellationUrl, unattended: true }), {
      name: 'ApplicationFailure',
      type: 'PROXY_REFUSED',
      nonRetryable: false,
    });
  });

  it('confirmOutcome takes a job that is gone for confirmed on a later attempt only', async () => {
    const { created } = await stage.created(stage.portalJob('to-confirm'));
    await stage.act(created.signatureJobId, 'sign');
    let change = await stage.nextChange();
    // The cancelled job of the other test is in the same queue.
    while (change.signatureJobId !== created.signatureJobId) change = await stage.nextChange();
    await confirm(change.confirmationUrl, 1);
    const confirmations = await stage.sandbox.admin('GET', `/jobs/${created.signatureJobId}`);
    assert.match(JSON.stringify(confirmations), /"operation":"confirm"/u);
    const gone = change.confirmationUrl.replace(created.signatureJobId, '999');
    await assert.rejects(confirm(gone, 1), { code: 'REQUEST_REFUSED' });
    await confirm(gone, 2);
  });

  it('confirmOutcome does not confirm again after it failed to record the confirmation', async () => {
    const { created } = await stage.created(stage.portalJob('confirmed-once'));
    const { signatureJobId } = created;
    await stage.act(signatureJobId, 'sign');
    let change = await stage.nextChange();
    while (change.signatureJobId !== signatureJobId) change = await stage.nextChange();
    const { organizationNumber } = stage;
    const passedOn: unknown[] = [];
    const unknown = { organizationNumber, reference: 'unknown' };
    await assert.rejects(confirm(change.confirmationUrl, 1, { entry: unknown, passedOn }), {
      code: 'DOCUMENT_MISSING',
    });
    const entry = { organizationNumber, reference: 'confirmed-once' };
    await confirm(change.confirmationUrl, 2, { entry, passedOn });
    const calls = JSON.stringify(await stage.sandbox.admin('GET', `/jobs/${signatureJobId}`));
    assert.equal(calls.match(/"operation":"confirm"/gu)?.length, 1);
    assert.ok((await stage.storage.ledger.find(entry))?.confirmedAt !== undefined);
  });

  it('isGone knows 404, 409 and 410, and no failure of the service', () => {
    const answer = (httpStatus: number) => new SigningError('REQUEST_REFUSED', 'refused', { httpStatus });
    assert.deepEqual(
      [400, 403, 404, 409, 410, 500].filter((status) => isGone(answer(status))),
      [404, 409, 410],
    );
    assert.equal(isGone(new Error('404')), false);
  });
});
