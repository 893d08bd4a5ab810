import assert from 'node:assert/strict';
import { createCancelSignatureJobActivity } from '@signering/activities/internal/cancel-signature-job.js';
import {
  createConfirmFinalChangeActivity,
  isGone,
} from '@signering/activities/internal/confirm-final-change.js';
import { SigningError, type CancellationUrl, type ConfirmationUrl } from '@signering/schema';
import { runActivity, startActivityStage, type ActivityStage } from './activity-stage.js';

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
  const confirm = (confirmationUrl: string, attempt: number) =>
    runActivity(
      createConfirmFinalChangeActivity({ signedDocuments: stage.api.portal }).confirmFinalChange,
      { confirmationUrl: confirmationUrl as ConfirmationUrl },
      { attempt },
    );

  it('cancelSignatureJob answers CANCELLED, and TOO_LATE for a job that has ended', async () => {
    const { created } = await stage.created(stage.portalJob('to-cancel'));
    const { cancellationUrl = '' } = created;
    assert.deepEqual(await cancel(cancellationUrl), { result: 'CANCELLED', attempt: 1 });
    assert.deepEqual(await cancel(cancellationUrl), { result: 'TOO_LATE', attempt: 1 });
    await assert.rejects(cancel(cancellationUrl.replace(created.signatureJobId, '999')), {
      code: 'REQUEST_REFUSED',
    });
  });

  it('confirmFinalChange takes a job that is gone for confirmed on a later attempt only', async () => {
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

  it('isGone knows 404, 409 and 410, and no failure of the service', () => {
    const answer = (httpStatus: number) => new SigningError('REQUEST_REFUSED', 'refused', { httpStatus });
    assert.deepEqual(
      [400, 403, 404, 409, 410, 500].filter((status) => isGone(answer(status))),
      [404, 409, 410],
    );
    assert.equal(isGone(new Error('404')), false);
  });
});
