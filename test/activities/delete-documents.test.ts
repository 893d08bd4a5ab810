import assert from 'node:assert/strict';
import { createDeleteDocumentsActivity } from '@signering/activities/internal/delete-documents.js';
import { createArchiveOutcomeActivity } from '@signering/activities/internal/archive-outcome.js';
import { recordConfirmation, settleReference } from '@signering/activities/internal/settle-reference.js';
import type { PadesUrl } from '@signering/schema';
import { RECEIPT_FACTS } from '../storage/receipt-facts.js';
import { runActivity, startActivityStage, type ActivityStage } from './activity-stage.js';

const DAY_SECONDS = 24 * 60 * 60;

describe('deleteDocuments', () => {
  let stage: ActivityStage;
  before(async () => {
    stage = await startActivityStage();
  });
  after(() => stage.stop());

  const keyOf = (reference: string) => ({ organizationNumber: stage.organizationNumber, reference });
  const deleteDocuments = (reference: string, senders = [stage.organizationNumber]) => {
    const { api, storage } = stage;
    const activity = createDeleteDocumentsActivity({
      ...storage,
      signedDocuments: api.portal,
      senders: new Set(senders),
    });
    return runActivity(activity.deleteDocuments, keyOf(reference));
  };
  const deletions = async () =>
    (
      (await stage.sandbox.admin('GET', '/ledger')) as { calls: { readonly operation?: string }[] }
    ).calls.filter(({ operation }) => operation === 'deleteDocuments').length;

  /** A signed job with a receipt, settled in the ledger. */
  async function settled(reference: string): Promise<string> {
    const { storage } = stage;
    const { flow, created } = await stage.created(stage.portalJob(reference));
    const { signatureJobId } = created;
    await stage.act(signatureJobId, 'sign');
    let change = await stage.nextChange();
    while (change.signatureJobId !== signatureJobId) change = await stage.nextChange();
    const entry = await storage.ledger.find(keyOf(reference));
    const job = { ...keyOf(reference), signatureJobId, createdAt: entry!.created!.createdAt };
    await createArchiveOutcomeActivity(storage).archiveOutcome({
      flow,
      job,
      outcome: 'SIGNED',
      signers: [],
      contentDigest: entry!.contentDigest!,
      sent: [],
      received: [],
      startedAt: entry!.claimedAt,
      settlement: { nothingToConfirm: false, padesUrl: change.padesUrl as PadesUrl },
    });
    return signatureJobId;
  }

  it('refuses a job of a sender that the settings do not name', async () => {
    await assert.rejects(deleteDocuments('foreign', []), { code: 'SENDER_NOT_ALLOWED' });
  });

  it('refuses a job that has not ended', async () => {
    await assert.rejects(deleteDocuments('unknown'), { code: 'JOB_NOT_ENDED', retryable: false });
    await stage.created(stage.portalJob('waiting'));
    await assert.rejects(deleteDocuments('waiting'), { code: 'JOB_NOT_ENDED' });
  });

  it('deletes once, after the confirmation and the day that the service waits, and records when', async () => {
    const signatureJobId = await settled('deleted');
    await assert.rejects(deleteDocuments('deleted'), {
      code: 'DOCUMENTS_NOT_DELETABLE',
      message: /not confirmed yet/u,
    });
    await recordConfirmation(keyOf('deleted'), stage.storage.ledger);
    await assert.rejects(deleteDocuments('deleted'), {
      code: 'DOCUMENTS_NOT_DELETABLE',
      message: /at the earliest 24 hours/u,
      facts: {
        reference: 'deleted',
        signatureJobId,
        operation: 'deleteDocuments',
        httpStatus: 409,
        serviceErrorCode: 'DOCUMENTS_NOT_DELETABLE',
        serviceErrorType: 'CLIENT',
      },
    });
    await stage.sandbox.admin('POST', '/clock', { advanceSeconds: 8 * DAY_SECONDS });
    const first = await deleteDocuments('deleted');
    assert.equal(first.signatureJobId, signatureJobId);
    const entry = await stage.storage.ledger.find(keyOf('deleted'));
    assert.equal(entry?.documentsDeletedAt, first.deletedAt);
    const asked = await deletions();
    assert.deepEqual(await deleteDocuments('deleted'), first);
    assert.equal(await deletions(), asked);
  });

  it('refuses while the archive lacks a document that the receipt names', async () => {
    const { storage } = stage;
    const reference = 'incomplete';
    const { created } = await stage.created(stage.portalJob(reference));
    const job = { ...keyOf(reference), ...created, createdAt: '2026-11-22T10:00:00.000Z' };
    const entry = await storage.ledger.find(keyOf(reference));
    const { signatureJobId } = created;
    const archived = { ...keyOf(reference), signatureJobId, createdAt: entry!.created!.createdAt };
    const received = [{ name: 'signed.pdf', sha256: 'a'.repeat(64), size: 1, check: CHECK }];
    await storage.archive.putReceipt(archived, { ...RECEIPT_FACTS, ...archived, received });
    await settleReference(
      {
        ...keyOf(reference),
        signatureJobId: job.signatureJobId,
        folder: storage.archive.folderOf(archived),
        outcome: 'SIGNED',
        nothingToConfirm: true,
      },
      storage,
    );
    const before = await deletions();
    await assert.rejects(deleteDocuments(reference), {
      code: 'DOCUMENTS_NOT_DELETABLE',
      message: /does not hold signed\.pdf/u,
    });
    assert.equal(await deletions(), before);
  });
});

const CHECK = {
  result: 'INTACT',
  findings: [],
  proved: { documents: [], signer: false, job: false },
  signatures: [],
} as const;
